import { ZaggError } from "../error.js";
import {
  deleteProduct,
  type ProductSpec,
  SHARD_STATES,
  writeState,
  writeTemplate,
} from "../product/index.js";
import type { Backend } from "./backend.js";
import type { ProductStores } from "./open-store.js";
import type { ShardState } from "./outcome.js";
import type { Plan } from "./plan.js";
import { planProduct } from "./plan-product.js";
import { type RunSummary, RunTally } from "./run-summary.js";
import type { ShardRecord } from "./shard-record.js";
import { storeErrors } from "./store-errors.js";
import { taskOrder } from "./task-order.js";

export interface RunOptions {
  readonly backend: Backend;
  readonly stores: ProductStores;
  /** Positions of the shards to run now; the others stay as they are. Default: all. */
  readonly select?: readonly number[];
  /** Replace the product that is there. Default: false, an existing one is refused. */
  readonly overwrite?: boolean;
  /** Stops the run: what is under way is finished, the summary says so. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** After each shard. */
export interface RunProgress {
  readonly record: ShardRecord;
  /** Shards done by this run, and shards it set out to do. */
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/**
 * Makes the product of a plan: sets its store up, hands the shards to the backend, and closes with their states.
 * Shards that fail are in the summary; it throws only where the run as a whole cannot go on.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunSummary> {
  const { backend, stores, signal, onProgress } = options;
  const product = planProduct(plan);
  await storeErrors(() => prepare(plan, product, stores, options.overwrite ?? false));

  const selected = options.select ?? plan.shards.map((_, index) => index);
  const tally = new RunTally(
    plan.shards.map((): ShardState => "pending"),
    0,
  );
  const authFailed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, authFailed.signal]) : authFailed.signal;
  const started = performance.now();
  let done = 0;
  for await (const record of backend.run(tasksOf(plan, selected), { signal: stop })) {
    tally.add(record);
    done++;
    onProgress?.({ record, done, total: selected.length, elapsedMs: performance.now() - started });
    // Without credentials every other shard would fail in the same way.
    if (record.failures.some((failure) => failure.kind === "auth")) authFailed.abort();
  }

  const summary = tally.summary(stores.product.url, plan.identity, signal?.aborted ?? false);
  await storeErrors(() => finalize(product, stores, tally.states, summary));
  return summary;
}

function tasksOf(plan: Plan, selected: readonly number[]) {
  const weighted = selected.map((index) => {
    const granules = plan.shards[index]?.granules ?? [];
    return { index, weight: granules.reduce((sum, g) => sum + (plan.granules[g]?.size ?? 1), 0) };
  });
  return taskOrder(weighted).map((index) => ({ index, attempt: 1 }));
}

async function prepare(
  plan: Plan,
  product: ProductSpec,
  stores: ProductStores,
  overwrite: boolean,
): Promise<void> {
  if (await hasKeys(stores.product)) {
    if (!overwrite) {
      throw new ZaggError(
        "config",
        "store-exists",
        `${stores.product.url} exists and is not empty; nothing was written. Name another --store, or replace it \
with --overwrite`,
      );
    }
    await deleteProduct(stores.product);
  }
  // Records without their product are left over from a store that somebody removed.
  const stale: string[] = [];
  for await (const { key } of stores.run.list("")) if (!key.startsWith("tmp/")) stale.push(key);
  await stores.run.delete(stale);
  await stores.run.put("plan.json", json(plan), { ifNoneMatch: "*" });
  await writeTemplate(stores.product, product);
}

async function finalize(
  product: ProductSpec,
  stores: ProductStores,
  states: readonly ShardState[],
  summary: RunSummary,
): Promise<void> {
  const codes = Uint8Array.from(states, (state) => SHARD_STATES.indexOf(state));
  await writeState(stores.product, product, codes, {
    points: summary.points_kept,
    occupied_cells: summary.occupied_cells,
  });
  await stores.run.put("summary.json", json(summary));
}

async function hasKeys(store: ProductStores["product"]): Promise<boolean> {
  for await (const _ of store.list("")) return true;
  return false;
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
