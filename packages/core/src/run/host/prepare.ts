import {
  deleteProduct,
  isBeingDeleted,
  isOurs,
  isProductError,
  orderGroup,
  type ProductSpec,
  writeTemplate,
} from "@zagg/product";
import type { Store } from "@zagg/storage";
import { chunkKey, documentKey } from "@zagg/zarr";
import { encodeJson, isZaggError, ZaggError } from "../../terms/index.js";
import { type Digests, digestsOf } from "../check/compare.js";
import { decideMode, type ModeOptions, type RunMode } from "../plan/mode.js";
import type { Plan } from "../plan/plan.js";
import { planProduct } from "../plan/plan-product.js";
import { withoutSecrets } from "../plan/secret-address.js";
import { isPackKey } from "../record/pack-receipt.js";
import { listResults } from "../record/result.js";
import { MOST_PLAN_BYTES, PLAN_KEY, readPlan, STAC_KEY, SUMMARY_KEY } from "../record/run-record.js";
import { parseRecordKey } from "../record/shard-record.js";
import { onlyPutting } from "../stores/only-putting.js";
import type { ProductStores } from "../stores/open-store.js";
import { isInvalid } from "../stores/store-errors.js";

/** What making the stores ready is at; how far, where that can be told. */
export interface PrepareProgress {
  /**
   * `looking` at what is there · `deleting` it · `writing` metadata and coordinates · `reading` the records of the shards
   * · `asking` whether their granules have changed.
   */
  readonly step: "looking" | "deleting" | "writing" | "reading" | "asking";
  /** Objects. */
  readonly done?: number;
  readonly total?: number;
}

export type TellProgress = (progress: PrepareProgress) => void;

/** How a run goes on, and what of the product has been written for it; undefined where nothing was missing. */
export interface PreparedStores {
  readonly mode: RunMode;
  readonly written?: Digests;
}

/**
 * Makes the stores ready for a run of `plan`, and says how it goes on from what was there. It can be cut short
 * anywhere: an old product goes before its record, its metadata before its chunks, and a record without a product
 * counts for nothing.
 */
export async function prepareStores(
  plan: Plan,
  product: ProductSpec,
  stores: ProductStores,
  options: ModeOptions,
  tell: TellProgress = () => undefined,
): Promise<PreparedStores> {
  tell({ step: "looking" });
  // Before the product: a record that is there while the product is not is stale, and not of a run that sets out now.
  const recorded = await recordKeys(stores.run);
  const occupied = await holdsAnything(stores.product);
  const made = occupied ? await readPlan(stores.run).catch(ifBroken) : undefined;
  if (made) await mendRoot(stores.product, planProduct(made));
  const existing = {
    url: stores.product.url,
    occupied,
    ours: occupied && (await isOurs(stores.product)),
    deleting: occupied && (await isBeingDeleted(stores.product)),
    plan: made,
  };
  const mode = decideMode(existing, plan, options);
  if (mode === "overwrite") {
    tell({ step: "deleting" });
    await deleteProduct(stores.product);
  }
  if (mode === "new" || mode === "overwrite") await stores.run.delete(recorded);
  const kept = withoutSecrets(plan);
  // Also where one of this identity is there that differs in the rest: what is kept is what the product is made from.
  if (mode !== "resume" || JSON.stringify(made) !== JSON.stringify(kept)) await putPlan(stores.run, kept);
  if (await isSetUp(stores.product, product)) return { mode };
  tell({ step: "writing" });
  const told = (done: number, total: number) => tell({ step: "writing", done, total });
  const written = digestsOf((to) => writeTemplate(to, product, told), stores.product);
  return { mode, written: await written.catch((error) => withdraw(stores, error)) };
}

async function putPlan(run: Store, plan: Plan): Promise<void> {
  const bytes = encodeJson(plan);
  if (bytes.length > MOST_PLAN_BYTES) {
    const what = `the plan has ${bytes.length} bytes, of ${plan.granules.length} granules, and may have ${MOST_PLAN_BYTES}`;
    throw new ZaggError("config", "plan-too-long", `${what}; make products of parts of the catalog`);
  }
  await run.put(PLAN_KEY, bytes);
}

/**
 * Writes the root's metadata anew where it cannot be read (a power cut may leave it empty, somebody put a pipe in its
 * place), though a plan tells whose it is. Nothing else is touched: what is not whole besides is found when the run ends.
 */
async function mendRoot(store: Store, product: ProductSpec): Promise<void> {
  try {
    await isOurs(store);
  } catch (error) {
    if (!isProductError(error, "bad-metadata") && !isInvalid(error)) throw error;
    await writeTemplate(onlyPutting(store, [documentKey("")]), product);
  }
}

/** A product of which nothing could be written leaves no record either. */
async function withdraw(stores: ProductStores, error: unknown): Promise<never> {
  const written = await holdsAnything(stores.product).catch(() => false);
  if (!written) await stores.run.delete([PLAN_KEY]).catch(() => undefined);
  throw error;
}

/** Whether set-up came to its end, which `shard_state` is. What was lost since is found when the run ends. */
async function isSetUp(store: Store, { grid }: ProductSpec): Promise<boolean> {
  return (await store.head(chunkKey(`${orderGroup(grid)}/shard_state`, 0))) !== undefined;
}

/** What a run has left in its record: nothing else that lies there is ours to delete. */
async function recordKeys(run: Store): Promise<string[]> {
  const results = await listResults(run);
  const keys = [PLAN_KEY, SUMMARY_KEY, STAC_KEY, ...results.map(({ key }) => key)];
  for await (const { key } of run.list("packs/")) if (isPackKey(key)) keys.push(key);
  for await (const { key } of run.list("shards/")) if (parseRecordKey(key)) keys.push(key);
  return keys;
}

async function holdsAnything(store: Store): Promise<boolean> {
  for await (const _ of store.list("")) return true;
  return false;
}

/** A plan that is not whole can be replaced, but not resumed. */
function ifBroken(error: unknown): undefined {
  if (isZaggError(error) && error.code === "broken-plan") return undefined;
  throw error;
}
