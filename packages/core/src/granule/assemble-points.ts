import type { Column, ColumnValues, Points } from "@zagg/stats";
import type { GranuleResult } from "./read-granule.js";
import type { ReadSpec } from "./read-spec.js";
import type { GroupPoints } from "./stored-points.js";

/** All points of one shard, with the cell of each. */
export interface ShardPoints {
  readonly points: Points;
  /** Rank of each point's cell among the shard's cells, in nested order. */
  readonly ranks: Uint32Array;
}

/**
 * Puts what the granules gave behind each other, in canonical order: granule (as given, which is by id), group,
 * row. Results depend on this order alone, not on who read what first.
 */
export function assemblePoints(granules: readonly GranuleResult[], spec: ReadSpec): ShardPoints {
  const parts = granules.flatMap(({ points }, granule) => points.map((part) => ({ granule, part })));
  const length = parts.reduce((sum, { part }) => sum + part.ranks.length, 0);
  const ranks = new Uint32Array(length);
  let at = 0;
  for (const { part } of parts) {
    ranks.set(part.ranks, at);
    at += part.ranks.length;
  }
  const columns = new Map<string, Column>();
  const stored = spec.implicit.filter((name) => name === "latitude" || name === "longitude");
  for (const name of [...spec.columns.map((column) => column.name), ...stored]) {
    const behindEachOther = parts.map(({ part }) => part.columns.get(name) as Column);
    columns.set(name, concatenate(behindEachOther, length));
  }
  if (spec.implicit.includes("granule"))
    columns.set(
      "granule",
      runs(parts, length, ({ granule }) => granule),
    );
  if (spec.implicit.includes("group"))
    columns.set(
      "group",
      runs(parts, length, ({ part }) => part.group),
    );
  return { points: { length, columns }, ranks };
}

interface Part {
  readonly granule: number;
  readonly part: GroupPoints;
}

/** A column that has one value per part. */
function runs(parts: readonly Part[], length: number, pick: (part: Part) => number): Column {
  const values = new Uint32Array(length);
  let at = 0;
  for (const each of parts) {
    const end = at + each.part.ranks.length;
    values.fill(pick(each), at, end);
    at = end;
  }
  return { values };
}

function concatenate(columns: readonly Column[], length: number): Column {
  const values = valuesFor(columns, length);
  const missing = columns.some((column) => column.missing) ? new Uint8Array(length) : undefined;
  let at = 0;
  for (const column of columns) {
    values.set(column.values, at);
    if (column.missing) missing?.set(column.missing, at);
    at += column.values.length;
  }
  return missing ? { values, missing } : { values };
}

/** Releases may store one column in different types; float64 then holds them all. */
function valuesFor(columns: readonly Column[], length: number): ColumnValues {
  const types = new Set(columns.map(({ values }) => values.constructor));
  const [type] = types.size === 1 ? types : [Float64Array];
  return new (type as new (length: number) => ColumnValues)(length);
}
