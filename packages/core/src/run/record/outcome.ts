import type { SHARD_STATES } from "@zagg/product";
import type { GranuleFailureKind } from "../../granule/granule-error.js";

/**
 * What became of a shard.
 * `pending` not run yet · `written` all its granules read, its chunks are in the store · `partial` written
 * without the granules that could not be read (only where that was allowed) · `empty` read whole, no point kept;
 * its chunks hold fill values · `failed` not written.
 */
export type ShardState = (typeof SHARD_STATES)[number];

/** One thing that went wrong in a shard. */
export interface ShardFailure {
  /** Granule id; absent where the failure is the shard's own. */
  readonly granule?: string;
  readonly kind: GranuleFailureKind | "timeout";
  readonly code: string;
  readonly message: string;
}

/** How many of the things of one kind met which fate. `attempted` is the sum of the others. */
export interface GranuleCounts {
  attempted: number;
  /** Gave at least one point to the shard. */
  read: number;
  /** Read whole, but no point of it was kept. */
  empty: number;
  failed: number;
}

/** As {@link GranuleCounts}, for groups (beams); `absent` ones are not in their granule, which is normal. */
export interface GroupCounts extends GranuleCounts {
  absent: number;
}

/** Numbers of one shard, or summed over many. */
export interface ShardCounts {
  granules: GranuleCounts;
  groups: GroupCounts;
  /** Rows whose coordinates were looked at: all of a granule's, for each shard that it touches. */
  rowsScanned: number;
  /** Rows that lie in the shard and passed every filter. */
  pointsKept: number;
  /**
   * Rows dropped whole, by reason: `missing-coordinates`, of all those looked at; or the filter as written, of those
   * that lie in the shard.
   */
  dropped: Record<string, number>;
  /** Rows left out of single statistics, by statistic and reason. */
  leftOut: Record<string, Record<string, number>>;
  /** Cells that hold at least one point. */
  occupiedCells: number;
  /** Bytes and requests of the source, with retries. */
  bytes: number;
  requests: number;
  retries: number;
}

/** Wall time of a shard's phases, milliseconds. */
export interface ShardPhases {
  readonly readMs: number;
  readonly aggregateMs: number;
  readonly writeMs: number;
}

export function noCounts(): ShardCounts {
  return {
    granules: { attempted: 0, read: 0, empty: 0, failed: 0 },
    groups: { attempted: 0, absent: 0, read: 0, empty: 0, failed: 0 },
    rowsScanned: 0,
    pointsKept: 0,
    dropped: {},
    leftOut: {},
    occupiedCells: 0,
    bytes: 0,
    requests: 0,
    retries: 0,
  };
}

/** Adds `more` to `total`, in place, name by name. */
export function addCounts<T extends object>(total: T, more: T): T {
  const sums = total as Record<string, unknown>;
  for (const [key, value] of Object.entries(more)) {
    const sum = Object.hasOwn(sums, key) ? sums[key] : undefined; // a statistic may be called "constructor"
    if (typeof value === "number") sums[key] = ((sum as number | undefined) ?? 0) + value;
    else sums[key] = addCounts((sum as object | undefined) ?? {}, value as object);
  }
  return total;
}
