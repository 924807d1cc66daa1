import { DTYPE_RANGE, isFloat } from "../config/dtype.js";
import type { Dtype, FillValue } from "../config/model.js";

export type TypedArray =
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

const ARRAYS = {
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
} as const satisfies Record<Dtype, unknown>;

/** An array of `length` fill values. */
export function filledArray(dtype: Dtype, fillValue: FillValue, length: number): TypedArray {
  const array = new ARRAYS[dtype](length);
  const fill = Number(fillValue);
  if (fill === 0) return array;
  if (array instanceof BigInt64Array || array instanceof BigUint64Array) return array.fill(BigInt(fill));
  return array.fill(fill);
}

/** Whether a value can be held: of integers, only the whole part counts, as when numpy casts. */
export function fits(value: number, dtype: Dtype): boolean {
  if (isFloat(dtype)) return true;
  const [low, high] = DTYPE_RANGE[dtype];
  const whole = Math.trunc(value);
  return whole >= low && whole <= high;
}

/** Stores a value that {@link fits}. */
export function store(array: TypedArray, index: number, value: number): void {
  if (array instanceof BigInt64Array || array instanceof BigUint64Array)
    array[index] = BigInt(Math.trunc(value));
  else array[index] = value;
}
