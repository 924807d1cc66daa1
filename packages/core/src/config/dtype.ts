import type { Dtype, FillValue } from "./model.js";

/**
 * Smallest and largest value of each dtype that this package writes. 64-bit integers stop at 2^53 - 1: statistics
 * are computed in float64, and beyond that not every whole number exists.
 */
export const DTYPE_RANGE: Readonly<Record<Dtype, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity],
};

export function isFloat(dtype: Dtype): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** Whether `fill` is a value of `dtype`. */
export function fillFits(fill: FillValue, dtype: Dtype): boolean {
  if (isFloat(dtype)) return fill === "NaN" || Number.isFinite(fill);
  const [low, high] = DTYPE_RANGE[dtype];
  return fill !== "NaN" && Number.isInteger(fill) && fill >= low && fill <= high;
}
