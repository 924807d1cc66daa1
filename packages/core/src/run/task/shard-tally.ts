import type { GranuleResult } from "../../granule/index.js";
import { addCounts, noCounts, type ShardCounts, type ShardFailure } from "../record/outcome.js";
import type { GranuleStamp } from "../record/shard-record.js";

/** Sums up what a shard's granules gave; aggregation fills in the rest of the counts. */
export function countGranules(results: readonly GranuleResult[]): ShardCounts {
  const counts = noCounts();
  for (const result of results) {
    const { granules, groups } = counts;
    granules.attempted++;
    if (result.failure) granules.failed++;
    else if (result.points.length > 0) granules.read++;
    else granules.empty++;
    groups.read += new Set(result.points.map(({ group }) => group)).size;
    groups.absent += result.absentGroups;
    groups.empty += result.emptyGroups;
    groups.failed += result.failedGroups;
    counts.rowsScanned += result.rowsScanned;
    addCounts(counts.dropped, result.dropped);
    counts.bytes += result.metrics.bytes;
    counts.requests += result.metrics.requests;
    counts.retries += result.metrics.retries;
  }
  const { read, absent, empty, failed } = counts.groups;
  counts.groups.attempted = read + absent + empty + failed;
  return counts;
}

/** What went wrong with a shard's granules; empty where nothing did. */
export function granuleFailures(
  results: readonly GranuleResult[],
  groups: readonly string[],
): ShardFailure[] {
  const failures = results.flatMap(({ failure }): ShardFailure[] => {
    if (!failure) return [];
    const { granule, kind, code, message } = failure;
    return [{ granule, kind, code, message }];
  });
  const nothingThere = results.length > 0 && results.every(hasNoGroup);
  if (!nothingThere) return failures;
  // One absent beam is normal. All of them in every granule is a path that does not fit: never "no data".
  const message = `none of the groups ${groups.join(", ")} is in any of the shard's ${results.length} granules; check \
data_source.groups and the paths of data_source.coordinates`;
  return [...failures, { kind: "unsupported", code: "no-groups", message }];
}

/** Whether a granule was read and has not one of the groups. */
function hasNoGroup({ absentGroups, emptyGroups, failedGroups, points }: GranuleResult): boolean {
  return absentGroups > 0 && emptyGroups + failedGroups + points.length === 0;
}

/** What the record keeps of each granule. */
export function granuleStamps(results: readonly GranuleResult[]): GranuleStamp[] {
  return results.map(({ id, version }) => ({ id, ...version }));
}
