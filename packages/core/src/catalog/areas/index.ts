export { AREA_NAMES, type AreaName, areaCoverage } from "./area-coverage.js";
