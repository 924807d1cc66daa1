import type { Store } from "@zagg/storage";
import { listResults } from "../record/result.js";
import type { ShardRecords } from "../record/run-record.js";
import type { Flaw } from "./settle.js";

/**
 * Removes results that nobody needs any more: of shards whose chunks were found in their blocks, that attempt's and earlier
 * ones. Of a later attempt the record may be under way.
 */
export async function removeResults(
  run: Store,
  records: ShardRecords,
  missing: readonly Flaw[],
): Promise<void> {
  const unpacked = new Set(missing.map(({ index }) => index));
  const unneeded = (await listResults(run)).filter(({ shard, attempt }) => {
    const record = records.get(shard);
    return record !== undefined && !unpacked.has(record.index) && attempt <= record.attempt;
  });
  if (unneeded.length > 0) await run.delete(unneeded.map(({ key }) => key));
}
