import { openProduct, orderGroup, type ProductSpec } from "@zagg/product";
import { memoryStore, type Store } from "@zagg/storage";
import { documentKey } from "@zagg/zarr";
import { decodeJson, ZaggError } from "../../terms/index.js";
import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import { planProduct } from "../plan/plan-product.js";
import { packedStates, readPackReceipts } from "../record/pack-receipt.js";
import { readPlan, readRecords } from "../record/run-record.js";
import type { ShardRecord } from "../record/shard-record.js";
import { recordedStates } from "../record/todo.js";
import { writeStates } from "../record/write-states.js";
import type { ProductStores } from "../stores/open-store.js";
import { isInvalid } from "../stores/store-errors.js";
import { processShard, shardContext } from "../task/process-shard.js";
import { compareStore, type Difference, digestsOf, templateDigests, withBytes } from "./compare.js";
import { conventionProblems } from "./convention.js";
import { recordedObjects } from "./recorded-objects.js";

/** One thing in which a product is not what its record says. */
export interface Discrepancy {
  /**
   * `missing` not there · `differs` other bytes than recorded or planned · `unrecorded` a key that neither the plan
   * nor any record names · `convention` metadata against the DGGS convention's schema · `not-reproduced` the shard's
   * granules give something else now, or cannot be read.
   */
  readonly kind: Difference["kind"] | "convention" | "not-reproduced";
  /** Key in the store, or the shard's morton id for `not-reproduced`. */
  readonly what: string;
  /** What is wrong with it; does not name it again. */
  readonly message: string;
}

export interface Verification {
  readonly format: "zagg-verify/1";
  readonly store: string;
  /** Whether everything that was checked is as it should be. */
  readonly ok: boolean;
  /** Whether every shard is written or empty. */
  readonly complete: boolean;
  /** Metadata documents and coordinate chunks compared with the plan. */
  readonly documents: number;
  /** Data chunks compared with their records. */
  readonly chunks: number;
  /** Shards computed again from their granules. */
  readonly reproduced: number;
  readonly discrepancies: readonly Discrepancy[];
}

export interface VerifyOptions {
  /**
   * How many written shards to compute again from their granules. Default 1. Those are left out whose granules lie at
   * addresses with secrets, which the record does not keep.
   */
  readonly sample?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Checks a product against the record of the run that made it: all metadata and coordinates against the plan, every
 * data chunk against its recorded length and SHA-256, nothing there that no record names, and for a sample of shards
 * the statistics, computed again. Throws `ZaggError` where there is no record to check against.
 *
 * @example (await verifyProduct(openStores("product.zarr"))).ok; // => true
 */
export async function verifyProduct(
  stores: ProductStores,
  options: VerifyOptions = {},
): Promise<Verification> {
  const plan = await readPlan(stores.run);
  if (!plan) {
    const message = `${stores.product.url} cannot be verified: no record of its run lies at ${stores.run.url}`;
    throw new ZaggError("config", "no-record", message);
  }
  const records = await readRecords(stores.run, plan);
  const product = planProduct(plan, await madeByVersion(stores.product));
  const states = recordedStates(plan, records);
  // The last words of the run that is on record replace what set-up says of the states.
  const inStore = packedStates(plan, states, records, await readPackReceipts(stores.run, plan));
  const told = await digestsOf((to) => writeStates(plan, product, to, inStore, records));
  const planned = new Map([...(await templateDigests(product)), ...told]);
  // Shards that are to be done again from more granules keep their chunks until then.
  const recorded = recordedObjects(product, records);
  const expected = new Map([...withBytes(planned), ...recorded]);
  const sample = pick(
    [...records.values()].filter(({ index }) => states[index] === "written" && isReadable(plan, index)),
    options.sample ?? 1,
  );
  const total = expected.size + sample.length;
  let done = 0;
  const tick = () => options.onProgress?.(++done, total);

  const discrepancies = [
    ...(await compareStore(stores.product, expected, tick)).map(asDiscrepancy),
    ...(await conventionBreaches(stores.product, product)),
    ...(await reproduce(plan, sample, tick)),
  ];
  return {
    format: "zagg-verify/1",
    store: stores.product.url,
    ok: discrepancies.length === 0,
    complete: states.every((state) => state === "written" || state === "empty"),
    documents: planned.size,
    chunks: [...recorded.values()].reduce((sum, { shards }) => sum + shards.length, 0),
    reproduced: sample.length,
    discrepancies,
  };
}

/** The version that wrote the product's metadata last, if it says; another one may be looking at it now. */
async function madeByVersion(store: Store): Promise<string | undefined> {
  const product = await openProduct(store).catch(() => undefined); // what is wrong is found below, key by key
  const { version } = product?.spec.provenance ?? {};
  return typeof version === "string" ? version : undefined;
}

/** The longest metadata that are looked into: our own have some kilobytes. */
const MOST_METADATA_BYTES = 2 ** 20;

async function conventionBreaches(store: Store, product: ProductSpec): Promise<Discrepancy[]> {
  const key = documentKey(orderGroup(product.grid));
  const bytes = await store.get(key, { maxBytes: MOST_METADATA_BYTES }).catch((error: unknown) => {
    if (!isInvalid(error)) throw error;
  });
  if (!bytes) return []; // missing or too long, and told so
  return conventionProblems(parseJson(bytes)).map((problem) => ({
    kind: "convention",
    what: key,
    message: `departs from the DGGS convention at ${problem}`,
  }));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return decodeJson(bytes);
  } catch {
    return undefined;
  }
}

const IN_WORDS: Readonly<Record<Difference["kind"], string>> = {
  missing: "is not in the store",
  differs: "has other bytes than its record says",
  unrecorded: "is in no record",
};

function asDiscrepancy({ kind, key }: Difference): Discrepancy {
  return { kind, what: key, message: IN_WORDS[kind] };
}

/** Computes shards again, into memory, and compares their chunks with the record. */
async function reproduce(
  plan: Plan,
  sample: readonly ShardRecord[],
  tick: () => void,
): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  const context = shardContext(plan, { product: memoryStore(), run: memoryStore() });
  for (const { shard, index, attempt, chunks } of sample) {
    const again = await processShard(context, { index, attempt, allowPartial: false });
    tick();
    const [failure] = again.failures;
    const digests = new Map(again.chunks.map((chunk) => [chunk.key, chunk.sha256]));
    const changed = chunks.filter(({ key, sha256 }) => digests.get(key) !== sha256).map(({ key }) => key);
    if (changed.length === 0) continue;
    const message = failure
      ? failure.message
      : `${changed.length} chunks come out otherwise, the first ${changed[0]}`;
    found.push({ kind: "not-reproduced", what: shard, message });
  }
  return found;
}

/** Whether the plan has the whole address of each of a shard's granules. */
function isReadable(plan: Plan, index: number): boolean {
  return shardAt(plan, index).granules.every((position) => !granuleAt(plan, position).withheld);
}

/** `count` of the records, evenly spread over the product. */
function pick(records: readonly ShardRecord[], count: number): ShardRecord[] {
  const step = Math.max(1, records.length / Math.max(1, count));
  return Array.from(
    { length: Math.min(count, records.length) },
    (_, i) => records[Math.floor(i * step)] as ShardRecord,
  );
}
