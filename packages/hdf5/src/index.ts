export { type ByteSource, bytesSource, type ReadOptions } from "./bytes/source.js";
export type { Hdf5Dataset } from "./dataset.js";
export { Hdf5Error, type Hdf5ErrorCode, Hdf5UnsupportedError, isHdf5Error } from "./error.js";
export {
  type FetchedDataset,
  type Hdf5File,
  type Hdf5Member,
  type OpenOptions,
  openHdf5,
  type ReadRequest,
} from "./file.js";
export type { ChunkMap } from "./index/chunk-map.js";
export type { Datatype } from "./messages/datatype.js";
export type { RowRange } from "./read/plan.js";
export type { Attributes } from "./values/attributes.js";
export type { Hdf5Value, Hdf5Values } from "./values/element.js";
export type { TypedArray } from "./values/typed-array.js";
