import { isStorageError, type Store } from "@zagg/storage";
import type { ShardTask } from "./backend.js";
import { noCounts, type ShardFailure } from "./outcome.js";
import type { Plan, PlanShard } from "./plan.js";
import { encodeJson } from "./prepare.js";
import { recordKey, type ShardRecord } from "./shard-record.js";
import { storeErrors } from "./store-errors.js";

/** Puts a record; where another run was first with this attempt, its record is the truth and is returned. */
export async function putRecord(run: Store, record: ShardRecord): Promise<ShardRecord> {
  const key = recordKey(record.shard, record.attempt);
  return storeErrors(async () => {
    try {
      await run.put(key, encodeJson(record), { ifNoneMatch: "*" });
      return record;
    } catch (error) {
      if (!isStorageError(error, "exists")) throw error;
      return JSON.parse(new TextDecoder().decode(await run.get(key))) as ShardRecord;
    }
  });
}

/** The record of a shard whose worker could not write one: it crashed, ran out of memory, or out of time. */
export function lostWorkerRecord(
  plan: Plan,
  { index, attempt }: ShardTask,
  failure: ShardFailure,
): ShardRecord {
  return {
    format: "zagg-shard/1",
    identity: plan.identity,
    recipe: plan.recipe,
    shard: (plan.shards[index] as PlanShard).id,
    index,
    attempt,
    state: "failed",
    granules: (plan.shards[index] as PlanShard).granules.map((g) => ({ id: plan.granules[g]?.id ?? "" })),
    counts: noCounts(),
    phases: { readMs: 0, aggregateMs: 0, writeMs: 0 },
    finished: new Date().toISOString(),
    peakMemory: 0,
    failures: [failure],
    chunks: [],
  };
}
