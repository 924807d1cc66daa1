import type { Store } from "@zagg/storage";
import { chunkKey } from "@zagg/zarr";
import {
  deleteProduct,
  groupPath,
  isBeingDeleted,
  type ProductSpec,
  writeTemplate,
} from "../product/index.js";
import { decideMode, type ModeOptions, type RunMode } from "./mode.js";
import type { ProductStores } from "./open-store.js";
import type { Plan } from "./plan.js";
import { PLAN_KEY, readPlan } from "./run-record.js";

/**
 * Makes the stores ready for a run of `plan`, and says how it goes on from what was there. It can be cut short
 * anywhere: the record of an old run goes before its product, and the product's metadata before its chunks.
 */
export async function prepareStores(
  plan: Plan,
  product: ProductSpec,
  stores: ProductStores,
  options: ModeOptions,
): Promise<RunMode> {
  const occupied = await holdsAnything(stores.product);
  const existing = {
    url: stores.product.url,
    occupied,
    deleting: occupied && (await isBeingDeleted(stores.product)),
    plan: occupied ? await readPlan(stores.run) : undefined,
  };
  const mode = decideMode(existing, plan, options);
  if (mode === "new" || mode === "overwrite") {
    await clearRecord(stores.run);
    if (mode === "overwrite") await deleteProduct(stores.product);
  }
  if (mode !== "resume") await stores.run.put(PLAN_KEY, encodeJson(plan));
  if (!(await isSetUp(stores.product, product))) await writeTemplate(stores.product, product);
  return mode;
}

/** `shard_state` is what set-up writes last. */
async function isSetUp(store: Store, { grid }: ProductSpec): Promise<boolean> {
  return (await store.head(chunkKey(`${groupPath(grid)}/shard_state`, 0))) !== undefined;
}

/** Removes the record of a run whose product is gone or about to go: the plan first, for it makes the rest valid. */
async function clearRecord(run: Store): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of run.list("")) if (!key.startsWith("tmp/")) keys.push(key);
  await run.delete([PLAN_KEY]);
  await run.delete(keys.filter((key) => key !== PLAN_KEY));
}

async function holdsAnything(store: Store): Promise<boolean> {
  for await (const _ of store.list("")) return true;
  return false;
}

/** How the documents of a run's record are stored. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
