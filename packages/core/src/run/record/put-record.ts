import { isStorageError, type Store } from "@zagg/storage";
import { encodeJson, ZaggError } from "../../terms/index.js";
import type { Plan } from "../plan/plan.js";
import { readRecord } from "./run-record.js";
import { recordKey, type ShardRecord } from "./shard-record.js";

/** Puts a record; where another run was first with this attempt, its record is the truth and is returned. */
export async function putRecord(run: Store, plan: Plan, record: ShardRecord): Promise<ShardRecord> {
  try {
    await run.put(recordKey(record.shard, record.attempt), encodeJson(record), { ifNoneMatch: "*" });
    return record;
  } catch (error) {
    if (!isStorageError(error, "exists")) throw error;
    const standing = await readRecord(run, plan, record);
    if (standing) return standing;
    const key = recordKey(record.shard, record.attempt);
    const message = `${run.url}: a record ${key} is there, says the store, and there is none when it is read; check the output store, then run the same command again`;
    throw new ZaggError("store", "lost-record", message, { url: run.url, key });
  }
}
