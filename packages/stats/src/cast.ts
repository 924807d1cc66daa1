import { type ChunkValues, type DataType, isFloat, VALUE_RANGE } from "@zagg/zarr";

/**
 * Whether a result can be held: of integers, only the whole part counts, as when numpy casts.
 */
export function fits(value: number, dtype: DataType): boolean {
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
