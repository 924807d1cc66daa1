/** Values of one dataset, one per point. 64-bit integers come as Float64Array. */
export interface Column {
  readonly values: ColumnValues;
  /**
   * One entry per point: not 0 where the value is the dataset's fill. NaN and infinities need no mark. Absent: no
   * value is a fill.
   */
  readonly missing?: Uint8Array;
}

export type ColumnValues =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * The kept points of a shard in canonical order (granule, group, row), with every column that the statistics name,
 * implicit ones included.
 */
export interface Points {
  readonly length: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** Why a point takes no part in a statistic. `weight`: its weight is negative or not finite. */
export type LeftOutReason = "fill" | "nan" | "inf" | "weight";

/** The code of each reason in a column's reasons, which start at 1. */
const REASONS: readonly LeftOutReason[] = ["fill", "nan", "inf"];

/** For each point 0 or the code of why its value is missing; undefined where none is. */
export function missingReasons({ values, missing }: Column): Uint8Array | undefined {
  let reasons: Uint8Array | undefined = missing?.some((mark) => mark !== 0)
    ? missing.map((mark) => (mark === 0 ? 0 : 1))
    : undefined;
  if (values instanceof Float64Array || values instanceof Float32Array) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value - value === 0 || reasons?.[i] === 1) continue;
      reasons ??= new Uint8Array(values.length);
      reasons[i] = Number.isNaN(value) ? 2 : 3;
    }
  }
  return reasons;
}

/** Number of points by reason, from the number by code. */
export function countsByReason(counts: ArrayLike<number>): Partial<Record<LeftOutReason, number>> {
  return Object.fromEntries(
    REASONS.map((reason, i) => [reason, counts[i + 1] as number] as const).filter(([, count]) => count > 0),
  );
}
