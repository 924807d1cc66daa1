import { encodeJson } from "../../terms/index.js";
import { closeStates } from "../check/close-states.js";
import { type Digests, templateDigests } from "../check/compare.js";
import { stampGranules, usedGranules } from "../check/granule-stamps.js";
import { type Settled, settleStores } from "../check/settle.js";
import type { RunSummary } from "../host/run-summary.js";
import type { ModeOptions, RunMode } from "../plan/mode.js";
import type { Plan } from "../plan/plan.js";
import { planProduct } from "../plan/plan-product.js";
import type { ShardState } from "../record/outcome.js";
import { packedStates, readPackReceipts } from "../record/pack-receipt.js";
import { readRecords, type ShardRecords, SUMMARY_KEY } from "../record/run-record.js";
import { type Todo, todo } from "../record/todo.js";
import { writeStates } from "../record/write-states.js";
import { obeying } from "../stores/obey.js";
import type { ProductStores } from "../stores/open-store.js";
import type { GranuleProbe } from "../task/open-granule.js";
import { prepareStores, type TellProgress } from "./prepare.js";
import { putStacItem } from "./put-stac-item.js";

/**
 * What a run does to the stores before its first shard and after its last: by itself where it may, or through
 * somebody who may. All that goes in and comes out is plain JSON.
 */
export interface RunHost {
  /** The product's store, for messages and the summary. */
  readonly url: string;
  /**
   * Makes the stores ready and says what is left to do. Throws `ZaggError` where a run would not be safe. Once the signal
   * aborts it touches the stores no more, and throws; what is half made is finished or made anew by the next one.
   */
  prepare(plan: Plan, request: PrepareRequest, options?: PrepareOptions): Promise<Prepared>;
  /** Makes the product agree with the records, whatever another run did meanwhile, and says what is true now. */
  settle(plan: Plan): Promise<Settled>;
  /** Tells readers of the product what is true of every shard, and keeps the summary and a STAC item. */
  finish(plan: Plan, states: readonly ShardState[], summary: RunSummary): Promise<void>;
}

export interface PrepareOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: TellProgress;
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

/** A host that has the stores itself. `probe` tells how a granule looks now, to notice changed ones. */
export function storeHost(stores: ProductStores, probe?: GranuleProbe): RunHost {
  let template: Digests | undefined;
  let records: ShardRecords | undefined;

  return {
    url: stores.product.url,
    async prepare(plan, { select, ...options }, { signal, onProgress: tell = () => undefined } = {}) {
      const product = planProduct(plan);
      const run = obeying(stores.run, signal);
      const store = obeying(stores.product, signal);
      const { mode, written } = await prepareStores(plan, product, { product: store, run }, options, tell);
      template = written;
      tell({ step: "reading" });
      const before = await readRecords(run, plan);
      tell({ step: "asking" });
      const stamps = await stampGranules(plan, usedGranules(before), probe);
      const work = todo(plan, before, select, { ...options, stamps });
      if (mode !== "new" && mode !== "overwrite") {
        const receipts = await readPackReceipts(run, plan);
        await writeStates(plan, product, store, packedStates(plan, work.states, before, receipts), before);
      }
      return { mode, ...work };
    },
    async settle(plan) {
      const product = planProduct(plan);
      template ??= await templateDigests(product);
      const { records: found, ...settled } = await settleStores(plan, product, stores, template, probe);
      records = found;
      return settled;
    },
    async finish(plan, states, summary) {
      records ??= await readRecords(stores.run, plan);
      await closeStates(plan, stores, states, records);
      await stores.run.put(SUMMARY_KEY, encodeJson(summary));
      await putStacItem(stores, plan);
    },
  };
}
