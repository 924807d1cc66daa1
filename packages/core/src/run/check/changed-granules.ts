import type { ShardFailure } from "../record/outcome.js";
import type { ShardRecords } from "../record/run-record.js";
import { type GranuleStamp, hasChanged, type ShardRecord } from "../record/shard-record.js";

/** Shards that do not have a granule as it is now. */
export interface ChangedGranule {
  readonly granule: string;
  /** Positions, ascending. */
  readonly shards: readonly number[];
}

interface Seen {
  readonly stamp: GranuleStamp;
  readonly record: ShardRecord;
}

/**
 * Granules that changed while their shards were made: two records saw two versions of one, or one saw it change while
 * it was read; and of those that cost nothing to look at, `isNear`, all that are not as they were read. `stampsOf` tells
 * how they look now; of which it cannot tell, the version that was read last counts.
 */
export async function changedGranules(
  records: ShardRecords,
  stampsOf: (ids: ReadonlySet<string>) => Promise<ReadonlyMap<string, GranuleStamp>>,
  isNear: (id: string) => boolean = () => false,
): Promise<ChangedGranule[]> {
  const suspects = [...seenByGranule(records)].filter(([id, seen]) => isNear(id) || isSuspect(id, seen));
  if (suspects.length === 0) return [];
  const now = await stampsOf(new Set(suspects.map(([id]) => id)));
  return suspects.flatMap(([granule, seen]) => {
    const current = now.get(granule) ?? lastOf(seen).stamp;
    const stale = seen.filter(({ stamp }) => hasChanged(stamp, current));
    const shards = stale.map(({ record }) => record.index).sort((a, b) => a - b);
    return shards.length > 0 ? [{ granule, shards }] : [];
  });
}

function seenByGranule(records: ShardRecords): Map<string, Seen[]> {
  const seen = new Map<string, Seen[]>();
  for (const record of records.values()) {
    for (const stamp of record.granules) {
      const others = seen.get(stamp.id);
      if (others) others.push({ stamp, record });
      else seen.set(stamp.id, [{ stamp, record }]);
    }
  }
  return seen;
}

function isSuspect(id: string, seen: readonly Seen[]): boolean {
  const versions = (key: "size" | "etag" | "modified") =>
    new Set(seen.flatMap(({ stamp }) => stamp[key] ?? []));
  const isMixed = versions("size").size > 1 || versions("etag").size > 1 || versions("modified").size > 1;
  return isMixed || seen.some(({ record }) => record.failures.some((failure) => sawChange(failure, id)));
}

function sawChange({ granule, code }: ShardFailure, id: string): boolean {
  return granule === id && code === "changed";
}

function lastOf(seen: readonly Seen[]): Seen {
  return seen.reduce((last, each) => (each.record.finished > last.record.finished ? each : last));
}
