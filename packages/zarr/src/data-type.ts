import { ZarrError } from "./error.js";

const ARRAY_TYPES = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The fixed-size numeric data types of Zarr v3 that have a typed array. */
export type DataType = keyof typeof ARRAY_TYPES;

export const DATA_TYPES = Object.keys(ARRAY_TYPES) as readonly DataType[];

/** Values of an array or chunk, in C order. */
export type ChunkValues =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A fill value as a metadata document spells it. */
export type FillValue = number | "NaN" | "Infinity" | "-Infinity";

/** Bytes of one value. */
export function bytesPerValue(dataType: DataType): number {
  return ARRAY_TYPES[dataType].BYTES_PER_ELEMENT;
}

/** The data type whose typed array `values` is. */
export function dataTypeOf(values: ChunkValues): DataType {
  const found = DATA_TYPES.find((name) => values instanceof ARRAY_TYPES[name]);
  if (found === undefined)
    throw new ZarrError("unsupported", "values are of no type that Zarr arrays hold here");
  return found;
}

/** Whether `name` is one of {@link DataType}. */
export function isDataType(name: unknown): name is DataType {
  return typeof name === "string" && Object.hasOwn(ARRAY_TYPES, name);
}

/** `length` values, all of them the fill value. Throws `invalid` for a fill that the type cannot hold. */
export function filled(dataType: DataType, length: number, fillValue: FillValue): ChunkValues {
  const fill = Number(fillValue);
  const values = new ARRAY_TYPES[dataType](length);
  if (values instanceof Float32Array || values instanceof Float64Array) return values.fill(fill);
  const probe = new ARRAY_TYPES[dataType](1);
  if (Number.isSafeInteger(fill)) set(probe, fill);
  if (Number(probe[0]) !== fill)
    throw new ZarrError("invalid", `${dataType} cannot hold the fill value ${fillValue}`);
  return set(values, fill);
}

function set<T extends ChunkValues>(values: T, value: number): T {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(BigInt(value));
  else values.fill(value);
  return values;
}

/** The values whose little-endian bytes are `bytes`; shares memory where alignment allows. */
export function valuesOf(dataType: DataType, bytes: Uint8Array): ChunkValues {
  const ArrayType = ARRAY_TYPES[dataType];
  const size = ArrayType.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}
