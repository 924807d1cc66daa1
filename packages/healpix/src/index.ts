export { cellBoundary } from "./boundary.js";
export { type CellBox, cellBox } from "./box.js";
export { cellOf, cellOf64, cellsOf, cellsOf64 } from "./cell.js";
export { cellCentre, cellCentres, type LonLat } from "./centre.js";
export * from "./coverage/index.js";
export { AUTHALIC_RADIUS, cellArea, cellSide, WGS84, WGS84_E2 } from "./ellipsoid.js";
export { HealpixError, type HealpixErrorCode, isHealpixError } from "./error.js";
export { childrenOf, parentOf } from "./family.js";
export { cellsPerShard, type Grid, type ShardGrid } from "./grid.js";
export { authalicLatitude, geodeticLatitude, type Latitude } from "./latitude.js";
export { cellOfMorton, MAX_MORTON_INT64_ORDER, mortonOf, mortonRange } from "./morton.js";
export { neighbours } from "./neighbours.js";
export { cellCount, MAX_NUMBER_ORDER, MAX_ORDER } from "./order.js";
export {
  checkChildOrder,
  rankDepth,
  type ScatteredRows,
  type ShardScatter,
  type SortedSlots,
  scatterRows,
  shardScatter,
  shardsBox,
  sortBySlot,
} from "./scatter.js";
