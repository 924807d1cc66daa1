import type { Column } from "@zagg/stats";
import { decode, type StoredValues } from "./decode.js";
import type { Encoding } from "./encoding.js";
import type { ReadSpec } from "./read-spec.js";

/** Points of one group, in the order of their rows, as the granule stores them. */
export interface StoredPoints {
  /** Position of the group in the config. */
  readonly group: number;
  /** Rank of each point in its shard, `rankDepth` orders below the parent. */
  readonly ranks: Uint32Array;
  /** Values of the columns that {@link storedColumns} names, in its order. */
  readonly columns: readonly StoredValues[];
}

/** Points of one group that lie in a shard and passed all filters, in the order of their rows. */
export interface GroupPoints {
  /** Position of the group in the config. */
  readonly group: number;
  /** Rank of each point's cell among the shard's cells. */
  readonly ranks: Uint32Array;
  /** Every column that the statistics use, but `granule` and `group`. */
  readonly columns: ReadonlyMap<string, Column>;
}

/** Columns that are kept of every point: those that are read, then its coordinates where a statistic uses them. */
export function storedColumns({ columns, implicit }: Pick<ReadSpec, "columns" | "implicit">): string[] {
  return [...columns.map(({ name }) => name), ...implicit.filter(isCoordinate)];
}

export function isCoordinate(name: string): name is "latitude" | "longitude" {
  return name === "latitude" || name === "longitude";
}

/**
 * What the statistics take.
 *
 * @param names of the stored columns
 * @param encodings of the stored columns
 * @param orders how much coarser the cells are than the ranks
 */
export function decodePoints(
  { group, ranks, columns }: StoredPoints,
  names: readonly string[],
  encodings: readonly Encoding[],
  orders: number,
): GroupPoints {
  return {
    group,
    ranks: coarser(ranks, orders),
    columns: new Map(
      names.map((name, i) => [name, decode(columns[i] as StoredValues, encodings[i] as Encoding)]),
    ),
  };
}

/** The same ranks so many orders further up. */
function coarser(ranks: Uint32Array, orders: number): Uint32Array {
  const shifted = new Uint32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) shifted[i] = (ranks[i] as number) >>> (2 * orders);
  return shifted;
}
