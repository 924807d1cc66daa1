import { encodeJson } from "../terms/index.js";
import { stampGranules } from "./granule-stamps.js";
import type { ModeOptions, RunMode } from "./mode.js";
import type { GranuleProbe } from "./open-granule.js";
import type { ProductStores } from "./open-store.js";
import type { ShardState } from "./outcome.js";
import type { Plan } from "./plan.js";
import { planProduct } from "./plan-product.js";
import { prepareStores } from "./prepare.js";
import { putStacItem } from "./put-stac-item.js";
import { reconcile } from "./reconcile.js";
import { listAttempts, readRecords, type ShardRecords, SUMMARY_KEY } from "./run-record.js";
import type { RunSummary } from "./run-summary.js";
import { nextAttempts, recordedStates, type Todo, todo } from "./todo.js";
import { writeStates } from "./write-states.js";

/**
 * What a run does to the stores before its first shard and after its last: by itself where it may, or through
 * somebody who may. All that goes in and comes out is plain JSON.
 */
export interface RunHost {
  /** The product's store, for messages and the summary. */
  readonly url: string;
  /** Makes the stores ready and says what is left to do. Throws `ZaggError` where a run would not be safe. */
  prepare(plan: Plan, request: PrepareRequest): Promise<Prepared>;
  /** Makes the product agree with the records, whatever another run did meanwhile, and says what is true now. */
  settle(plan: Plan): Promise<Settled>;
  /** Tells readers of the product what is true of every shard, and keeps the summary and a STAC item. */
  finish(plan: Plan, states: readonly ShardState[], summary: RunSummary): Promise<void>;
}

export interface PrepareRequest extends ModeOptions {
  /** Positions of the shards to run now; the others stay as they are. */
  readonly select: readonly number[];
  /** Also run the shards again that failed for a reason that does not pass by itself. Default: false. */
  readonly retryFailed?: boolean;
  /** Also run the failed shards again that can be written without the granules that failed. Default: false. */
  readonly allowPartial?: boolean;
}

export interface Prepared extends Todo {
  readonly mode: RunMode;
}

export interface Settled {
  readonly states: readonly ShardState[];
  /** Number of the next attempt at every shard. */
  readonly attempts: readonly number[];
  /** Shards whose record names chunks that are not there: to be done again. */
  readonly damaged: readonly number[];
}

/** A host that has the stores itself. `probe` tells how a granule looks now, to notice changed ones. */
export function storeHost(stores: ProductStores, probe?: GranuleProbe): RunHost {
  let records: ShardRecords | undefined;

  return {
    url: stores.product.url,
    async prepare(plan, { select, ...options }) {
      const product = planProduct(plan);
      const mode = await prepareStores(plan, product, stores, options);
      const before = await readRecords(stores.run, plan);
      const stamps = await stampGranules(plan, before, probe);
      const work = todo(plan, before, select, { ...options, stamps });
      if (mode !== "new" && mode !== "overwrite") {
        await writeStates(plan, product, stores.product, work.states, before);
      }
      return { mode, ...work };
    },
    async settle(plan) {
      for (;;) {
        const found = await readRecords(stores.run, plan);
        const { damaged, removed } = await reconcile(plan, planProduct(plan), stores, found);
        if (removed.length > 0) continue;
        records = found;
        return { states: recordedStates(plan, found), attempts: nextAttempts(plan, found), damaged };
      }
    },
    async finish(plan, states, summary) {
      records ??= await readRecords(stores.run, plan);
      await writeStates(plan, planProduct(plan), stores.product, states, records);
      // Another run may have gone on meanwhile, and its word been overwritten by ours: the last one tells all.
      while (!isLatest(plan, records, await listAttempts(stores.run))) {
        records = await readRecords(stores.run, plan);
        await writeStates(plan, planProduct(plan), stores.product, recordedStates(plan, records), records);
      }
      await stores.run.put(SUMMARY_KEY, encodeJson(summary));
      await putStacItem(stores, plan);
    },
  };
}

function isLatest(
  plan: Plan,
  records: ShardRecords,
  attempts: readonly [shard: string, attempt: number][],
): boolean {
  const last = new Map(attempts);
  return plan.shards.every(({ id }) => (records.get(id)?.attempt ?? 0) >= (last.get(id) ?? 0));
}
