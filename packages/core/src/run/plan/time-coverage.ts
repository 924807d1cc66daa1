import { readGranuleName } from "../../catalog/index.js";
import type { Attributes } from "../../terms/index.js";
import { granuleAt, type Plan } from "./plan.js";

const COMMENT =
  "first and last time in the names of the granules; one whose name tells its beginning alone goes on for some minutes";

/**
 * When a product's data were taken, as ACDD's attributes `time_coverage_start` and `time_coverage_end` (ISO 8601, UTC): the
 * first and the last time that the names of its granules tell; none where a name tells no time. Names alone, for only
 * they are in the plan's identity, and equal identities make equal bytes.
 * As in `2019-02-22T03:12:03Z`.
 */
export function timeCoverage(plan: Pick<Plan, "granules" | "shards">): Attributes {
  const positions = new Set(plan.shards.flatMap(({ granules }) => granules));
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const position of positions) {
    const { times } = readGranuleName(granuleAt(plan, position).id);
    if (times.length === 0) return {};
    first = Math.min(first, ...times);
    last = Math.max(last, ...times);
  }
  if (positions.size === 0) return {};
  return {
    time_coverage_start: toSecond(first),
    time_coverage_end: toSecond(last),
    time_coverage_comment: COMMENT,
  };
}

/** Names tell no more. */
function toSecond(time: number): string {
  return new Date(time).toISOString().replace(/\.000Z$/, "Z");
}
