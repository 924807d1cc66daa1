export { assemblePoints, type ShardPoints } from "./assemble-points.js";
export { GranuleError, type GranuleFailureKind } from "./granule-error.js";
export type { AbsentGroup } from "./open-track.js";
export { type Coordinates, readCoordinates } from "./read-coordinates.js";
export { type GranuleResult, readGranule } from "./read-granule.js";
export type { GroupPoints, GroupResult } from "./read-group.js";
export { type ColumnSpec, type ReadSpec, readSpec } from "./read-spec.js";
export type { ShardTarget } from "./select-rows.js";
