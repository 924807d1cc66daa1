import type { Store } from "@zagg/storage";
import pMap from "p-map";
import { decodeJson, ZaggError } from "../../terms/index.js";
import { type Plan, shardAt } from "../plan/plan.js";
import { shardKeys } from "../plan/plan-product.js";
import { planProblem } from "../plan/plan-shape.js";
import { isInvalid } from "../stores/store-errors.js";
import { lostWorkerRecord } from "./lost-record.js";
import { recordProblem } from "./record-shape.js";
import { parseRecordKey, recordKey, type ShardRecord } from "./shard-record.js";

/** Keys of the plan, of the last run's summary and of the product's STAC item in the run's store. */
export const PLAN_KEY = "plan.json";
export const SUMMARY_KEY = "summary.json";
export const STAC_KEY = "stac.json";

const READS_IN_FLIGHT = 32;
/** The longest plan that is read, and so written: one of 700,000 granules. */
export const MOST_PLAN_BYTES = 2 ** 28;
/** The longest record that is read: one of 5,600 granules, each of which failed, has 3 MB. */
const MOST_RECORD_BYTES = 2 ** 23;

/** The last record of every shard that has one, by morton id. */
export type ShardRecords = ReadonlyMap<string, ShardRecord>;

/**
 * The plan of the run beside a product; undefined where there is none. Throws `ZaggError` `broken-plan` for what is
 * no plan.
 */
export async function readPlan(run: Pick<Store, "url" | "get">): Promise<Plan | undefined> {
  const bytes = await run.get(PLAN_KEY, { maxBytes: MOST_PLAN_BYTES });
  if (!bytes) return undefined;
  const { document, problem } = parse(bytes, planProblem);
  if (problem === undefined) return document as Plan;
  const message = `${run.url}/${PLAN_KEY} is no plan that this zagg can read (${problem}), so nothing is known of this \
product's run; make it again with --overwrite`;
  throw new ZaggError("store", "broken-plan", message, { url: run.url, key: PLAN_KEY });
}

/** Reads the last record of every shard of a plan, or of those at `indexes`. */
export async function readRecords(
  run: Store,
  plan: Plan,
  indexes: Iterable<number> = plan.shards.keys(),
): Promise<ShardRecords> {
  const positions = new Map([...indexes].map((index) => [shardAt(plan, index).id, index]));
  const attempts = await listAttempts(run, [...positions.keys()]);
  const records = await pMap(
    attempts,
    async ([shard, attempt]) => {
      const index = positions.get(shard);
      return index === undefined ? undefined : readRecord(run, plan, { index, attempt });
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return new Map(records.flatMap((record) => (record ? [[record.shard, record]] : [])));
}

/**
 * The record of one attempt; undefined where there is none. What is not whole (puts are not flushed to the disk, so a
 * power cut can leave it empty), no record (a pipe, or far too long), or not this attempt's, counts as a failed attempt, and the shard runs again.
 */
export async function readRecord(
  run: Store,
  plan: Plan,
  { index, attempt }: Pick<ShardRecord, "index" | "attempt">,
): Promise<ShardRecord | undefined> {
  const shard = shardAt(plan, index).id;
  const key = recordKey(shard, attempt);
  const inBlocks = plan.shardsPerObject > 1;
  const of = { shard, index, attempt, chunks: shardKeys(plan, index), inBlocks };
  const read = await run.get(key, { maxBytes: MOST_RECORD_BYTES }).then(
    (bytes) => bytes && parse(bytes, (value) => recordProblem(value, of)),
    (error: unknown) => {
      if (isInvalid(error)) return { document: undefined, problem: (error as Error).message };
      throw error;
    },
  );
  if (!read) return undefined;
  const { document, problem } = read;
  if (problem === undefined) return document as ShardRecord;
  const message = `${key} is not the record of this attempt (${problem}), so what it wrote is not known`;
  return lostWorkerRecord(plan, { index, attempt }, { kind: "crash", code: "broken-record", message });
}

/** Highest attempt of every shard that has a record; where only some shards matter, of those at least. */
export async function listAttempts(
  run: Store,
  shards: readonly string[] = [],
): Promise<[shard: string, attempt: number][]> {
  const highest = new Map<string, number>();
  for await (const { key } of run.list(`shards/${commonStart(shards)}`)) {
    const found = parseRecordKey(key);
    if (found) highest.set(found.shard, Math.max(found.attempt, highest.get(found.shard) ?? 0));
  }
  return [...highest];
}

/** What all of the texts begin with: neighbours have most of their digits in common. */
function commonStart([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

function parse(
  bytes: Uint8Array,
  problemOf: (document: unknown) => string | undefined,
): { readonly document: unknown; readonly problem: string | undefined } {
  try {
    const document = decodeJson(bytes);
    return { document, problem: problemOf(document) };
  } catch (error) {
    return { document: undefined, problem: (error as Error).message };
  }
}
