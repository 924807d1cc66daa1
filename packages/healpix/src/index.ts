export { cellOf, cellOf64, cellsOf, cellsOf64 } from "./cell.js";
export { HealpixError, type HealpixErrorCode, isHealpixError } from "./error.js";
export { authalicLatitude, geodeticLatitude, type Latitude, WGS84_E2 } from "./latitude.js";
export { cellCount, MAX_NUMBER_ORDER, MAX_ORDER } from "./order.js";
