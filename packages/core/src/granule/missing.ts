import type { Column } from "../aggregate/index.js";

/** Why a value is missing, as stored in a column's mask; 0 is a value that is there. */
export const MISSING = { nan: 1, infinite: 2, fill: 3 } as const;

/**
 * A column with its missing values marked: NaN, infinities, and the dataset's fill. The fill is compared in the
 * stored type: 3.4028235e38 is a float32. A fill of 0 marks nothing: repacked files declare it where 0 is a
 * good value.
 */
export function columnOf(values: Column["values"], fill: number | undefined): Column {
  const marker = fill === undefined || fill === 0 ? Number.NaN : storedAs(values, fill);
  const float = values instanceof Float32Array || values instanceof Float64Array;
  let missing: Uint8Array | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // One comparison finds nearly every good value: x - x is 0 unless x is NaN or infinite.
    if (value !== marker && (!float || value - value === 0)) continue;
    missing ??= new Uint8Array(values.length);
    missing[i] = value === marker ? MISSING.fill : Number.isNaN(value) ? MISSING.nan : MISSING.infinite;
  }
  return missing ? { values, missing } : { values };
}

function storedAs(values: Column["values"], fill: number): number {
  return values instanceof Float32Array ? Math.fround(fill) : fill;
}
