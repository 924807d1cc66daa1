import { type ChunkValues, type DataType, isFloat, VALUE_RANGE } from "@zagg/zarr";

/**
 * Whether a result can be held: of integers, only the whole part counts, as when numpy casts. An infinite result is what
 * a formula gave; a finite one that float32 would make infinite is not held.
 */
export function fits(value: number, dtype: DataType): boolean {
  if (dtype === "float32") return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
  if (isFloat(dtype)) return true;
  const [low, high] = VALUE_RANGE[dtype];
  const whole = Math.trunc(value);
  return whole >= low && whole <= high;
}

/** Puts a value that {@link fits} into an array. */
export function put(array: ChunkValues, index: number, value: number): void {
  if (array instanceof BigInt64Array || array instanceof BigUint64Array)
    array[index] = BigInt(Math.trunc(value));
  else array[index] = value;
}
