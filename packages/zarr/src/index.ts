export {
  type BlockLimits,
  blockIndex,
  blockIndexBytes,
  decodeBlock,
  encodeBlock,
  type InnerChunk,
} from "./block.js";
export { type Codec, codecsFor, decodeChunk, encodeChunk, encodeChunkAside, GZIP_LEVEL } from "./codec.js";
export { consolidate } from "./consolidate.js";
export { crc32c } from "./crc32c.js";
export {
  bytesPerValue,
  type ChunkValues,
  DATA_TYPES,
  type DataType,
  dataTypeOf,
  type FillValue,
  filled,
  isDataType,
  valuesOf,
} from "./data-type.js";
export {
  type ArrayDocument,
  type ArrayOptions,
  type Attributes,
  arrayDocument,
  type ConsolidatedMetadata,
  chunkKey,
  type Document,
  documentKey,
  encodeDocument,
  type GroupDocument,
  groupDocument,
} from "./document.js";
export { isZarrError, ZarrError, type ZarrErrorCode } from "./error.js";
export { parseDocument } from "./parse-document.js";
export { type Chunking, chunking, type ShardingCodec, shardingCodecs } from "./sharding.js";
export { fillFits, isFloat, VALUE_RANGE } from "./value-range.js";
