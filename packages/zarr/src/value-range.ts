import type { DataType, FillValue } from "./data-type.js";

/**
 * Smallest and largest value of each data type that numbers hold exactly. 64-bit integers stop at 2^53 - 1: beyond
 * that not every whole number is a float64.
 */
export const VALUE_RANGE: Readonly<Record<DataType, readonly [number, number]>> = {
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

/** Whether values of this type can be NaN. */
export function isFloat(dataType: DataType): boolean {
  return dataType === "float32" || dataType === "float64";
}

/** Whether `fill` is a value of `dataType`, as metadata spells it. */
export function fillFits(fill: FillValue, dataType: DataType): boolean {
  if (dataType === "float32") return typeof fill === "string" || Number.isFinite(Math.fround(fill));
  if (isFloat(dataType)) return typeof fill === "string" || Number.isFinite(fill);
  const [low, high] = VALUE_RANGE[dataType];
  return typeof fill === "number" && Number.isInteger(fill) && fill >= low && fill <= high;
}
