import type { Store } from "@zagg/storage";
import pMap from "p-map";
import { ZaggError } from "../error.js";
import type { Plan } from "./plan.js";
import { parseRecordKey, recordKey, type ShardRecord } from "./shard-record.js";

/** Key of the plan in the run's store. */
export const PLAN_KEY = "plan.json";

const READS_IN_FLIGHT = 32;

/** The last record of every shard that has one, by morton id. */
export type ShardRecords = ReadonlyMap<string, ShardRecord>;

/** The plan of the run beside a product; undefined where there is none. Throws `ZaggError` for what is no plan. */
export async function readPlan(run: Store): Promise<Plan | undefined> {
  const bytes = await run.get(PLAN_KEY);
  return bytes && (parse(bytes, run, PLAN_KEY, "zagg-plan/1") as Plan);
}

/** Reads the last record of every shard. A record that is not whole counts as none: the shard runs again. */
export async function readRecords(run: Store): Promise<ShardRecords> {
  const attempts = await listAttempts(run);
  const records = await pMap(
    attempts,
    async ([shard, attempt]) => {
      const key = recordKey(shard, attempt);
      const bytes = await run.get(key);
      return bytes && (parse(bytes, run, key, "zagg-shard/1") as ShardRecord);
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return new Map(records.flatMap((record) => (record ? [[record.shard, record]] : [])));
}

/** Highest attempt of every shard that has a record. */
export async function listAttempts(run: Store): Promise<[shard: string, attempt: number][]> {
  const highest = new Map<string, number>();
  for await (const { key } of run.list("shards/")) {
    const found = parseRecordKey(key);
    if (found) highest.set(found.shard, Math.max(found.attempt, highest.get(found.shard) ?? 0));
  }
  return [...highest];
}

function parse(bytes: Uint8Array, run: Store, key: string, format: string): unknown {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    if (value.format === format) return value;
  } catch {
    // Said below, as for any other content that is not what it should be.
  }
  throw new ZaggError(
    "store",
    "broken-record",
    `${run.url}/${key} is not a ${format} document; remove it to have its part of the run done again, or start over \
with --overwrite`,
    { url: run.url, key },
  );
}
