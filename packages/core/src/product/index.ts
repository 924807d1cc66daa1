export { coordinateValues } from "./coordinates.js";
export { deleteProduct, isBeingDeleted, isOurs } from "./delete.js";
export type { ProductStatus } from "./documents.js";
export { openProduct, type Product } from "./open.js";
export { reductionsOf, storedReduction } from "./reduction.js";
export { type ChunkRecord, type EncodedChunk, encodeShard, removeShard, writeShard } from "./shard.js";
export { countStates, isComplete, SHARD_STATES, type StateCounts } from "./shard-state.js";
export {
  cellsPerShard,
  groupPath,
  type ProductGrid,
  type ProductSpec,
  productSpec,
  shardIndex,
  type VariableSpec,
} from "./spec.js";
export { writeState, writeTemplate } from "./template.js";
