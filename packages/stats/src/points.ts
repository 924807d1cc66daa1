/** Values of one dataset, one per point. 64-bit integers come as Float64Array. */
export interface Column {
  readonly values: ColumnValues;
  /** One entry per point: 0, or why its value is missing, of {@link MISSING}. NaN and infinities need no mark. */
  readonly missing?: Uint8Array;
}

/** Marks of missing values: `fill` is the dataset's fill, `range` outside the limits of its valid values. */
export const MISSING = { fill: 1, range: 2 } as const;

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
export type LeftOutReason = "fill" | "range" | "nan" | "inf" | "weight";

/** The code of each reason in a column's reasons. */
const REASONS = { ...MISSING, nan: 3, inf: 4 } as const;

/** Room for a count of each code. */
export const REASON_CODES = 5;

/** For each point 0 or the code of why its value is missing; undefined where none is. */
export function missingReasons({ values, missing }: Column): Uint8Array | undefined {
  let reasons: Uint8Array | undefined = missing?.some((mark) => mark !== 0) ? missing.slice() : undefined;
  if (values instanceof Float64Array || values instanceof Float32Array) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value - value === 0 || reasons?.[i]) continue;
      reasons ??= new Uint8Array(values.length);
      reasons[i] = Number.isNaN(value) ? REASONS.nan : REASONS.inf;
    }
  }
  return reasons;
}

/** Number of points by reason, from the number by code. */
export function countsByReason(counts: ArrayLike<number>): Partial<Record<LeftOutReason, number>> {
  const reasons = Object.entries(REASONS).map(([reason, code]) => [reason, counts[code] as number] as const);
  return Object.fromEntries(reasons.filter(([, count]) => count > 0));
}
