import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import { noCounts, type ShardFailure } from "./outcome.js";
import type { ShardRecord } from "./shard-record.js";

/** The record of an attempt that left none of its own: its worker crashed, or ran out of memory or time. */
export function lostWorkerRecord(
  plan: Plan,
  { index, attempt }: Pick<ShardRecord, "index" | "attempt">,
  failure: ShardFailure,
): ShardRecord {
  const { id, granules } = shardAt(plan, index);
  return {
    format: "zagg-shard/2",
    identity: plan.identity,
    recipe: plan.recipe,
    shard: id,
    index,
    attempt,
    state: "failed",
    granules: granules.map((granule) => ({ id: granuleAt(plan, granule).id })),
    counts: noCounts(),
    phases: { readMs: 0, aggregateMs: 0, writeMs: 0 },
    finished: new Date().toISOString(),
    peakMemory: 0,
    failures: [failure],
    chunks: [],
  };
}
