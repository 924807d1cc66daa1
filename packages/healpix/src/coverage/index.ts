export { coverPolygon, polygonCoverage } from "./cover.js";
export { type RingExtent, ringExtent } from "./extent.js";
export {
  type Coverage,
  coarserCoverage,
  coverageCells,
  coverageCount,
  coverageOf,
  coveragesPerCell,
  multiOrderCells,
  unionOf,
} from "./ranges.js";
export type { Polygon } from "./ring.js";
