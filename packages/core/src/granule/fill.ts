import type { Column, ColumnValues } from "@zagg/stats";

/**
 * A column with its fill values marked. The fill is compared in the stored type: 3.4028235e38 is a float32. A fill
 * of 0 marks nothing: repacked files declare it where 0 is a good value. (NaN and infinities are missing as well,
 * and need no mark.)
 */
export function columnOf(values: ColumnValues, fill: number | undefined): Column {
  if (fill === undefined || fill === 0) return { values };
  const marker = values instanceof Float32Array ? Math.fround(fill) : fill;
  let missing: Uint8Array | undefined;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== marker) continue;
    missing ??= new Uint8Array(values.length);
    missing[i] = 1;
  }
  return missing ? { values, missing } : { values };
}
