/** A variable of every kind that matters, over the 16 cells of a shard, and which of them have a value. */
export interface ValueCase {
  readonly dtype: "int32" | "int16" | "uint8" | "int64" | "float32" | "float64";
  readonly fillValue: number | "NaN";
  readonly values: readonly number[];
  /** Ranks of the cells that have a value. */
  readonly has: readonly number[];
}

/** Cells 1, 2, 5 and 6 have points. */
const COUNTS = [0, 3, 1, 0, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const at = (fill: number, values: Readonly<Record<number, number>>): number[] =>
  COUNTS.map((_, rank) => values[rank] ?? fill);

/**
 * What is a value and what is none, by variable: worked out by hand. A whole number's 0 is a value where the cell has
 * points, though it is the fill value too; any other fill value is none, and NaN never is.
 */
export const VALUE_CASES: Readonly<Record<string, ValueCase>> = {
  count: { dtype: "int32", fillValue: 0, values: COUNTS, has: [1, 2, 5, 6] },
  flag: { dtype: "uint8", fillValue: 0, values: at(0, { 2: 1, 6: 255 }), has: [1, 2, 5, 6] },
  step: { dtype: "int16", fillValue: 0, values: at(0, { 1: -5, 5: 12 }), has: [1, 2, 5, 6] },
  quality: { dtype: "int16", fillValue: -1, values: at(-1, { 1: 0, 5: 3, 6: 0 }), has: [1, 5, 6] },
  day: { dtype: "int64", fillValue: -9999, values: at(-9999, { 1: 0, 2: -5, 6: 20_000 }), has: [1, 2, 6] },
  h: { dtype: "float32", fillValue: "NaN", values: at(Number.NaN, { 1: 0, 5: 12.5 }), has: [1, 5] },
  low: {
    dtype: "float32",
    fillValue: -9999.9,
    values: at(-9999.9, { 1: 0, 2: -3.25, 5: 12.5 }),
    has: [1, 2, 5],
  },
  far: { dtype: "float64", fillValue: 0, values: at(0, { 2: 0.5, 6: -1 }), has: [2, 6] },
};

const ARRAYS = {
  int32: Int32Array,
  int16: Int16Array,
  uint8: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The values of a case as a chunk holds them. */
export function valueChunk({ dtype, values }: ValueCase) {
  return dtype === "int64" ? BigInt64Array.from(values, BigInt) : ARRAYS[dtype].from(values);
}
