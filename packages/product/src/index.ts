export type { ReadableStore } from "@zagg/storage";
export { blockObject, unpackBlock, writeBlock } from "./block.js";
export { coordinateValues } from "./coordinates.js";
export { deleteProduct, isBeingDeleted, isOurs } from "./delete.js";
export type { ProductStatus } from "./documents.js";
export { isProductError, ProductError, type ProductErrorCode, type ProductErrorKind } from "./error.js";
export { labelOf, type VariableLabel } from "./label.js";
export {
  blockOf,
  blocksOf,
  mostBlockBytes,
  placeIn,
  type ShardPlace,
  shardCodecs,
  usualShardsPerObject,
} from "./layout.js";
export { fillIsMissing, valuesNeed, valueTest } from "./missing.js";
export { COORDINATE_DTYPES, COUNT, nameProblem, shardsPerObjectProblem } from "./names.js";
export { openProduct, type Product } from "./read.js";
export { type ChunkRecord, packShard, removeShard, writeShard } from "./shard.js";
export {
  type ArraySpec,
  type Codecs,
  orderGroup,
  type ProductRequest,
  type ProductSpec,
  productSpec,
  shardIndex,
} from "./spec.js";
export {
  countStates,
  hasChunks,
  hasData,
  isComplete,
  SHARD_STATES,
  type ShardState,
  type StateCounts,
} from "./state.js";
export { asFloats, readValues, type ShardValues, shardsWithData } from "./values.js";
export { writeState, writeTemplate } from "./write.js";
