import { basename } from "node:path";
import { openProduct } from "@zagg/product";
import { stacItem } from "../../stac/index.js";
import { encodeJson } from "../../terms/index.js";
import type { Plan } from "../plan/plan.js";
import { STAC_KEY } from "../record/run-record.js";
import type { ProductStores } from "../stores/open-store.js";

/**
 * Puts the product's STAC item into its record: it bears a time, so it cannot lie in the product. It finds the store
 * beside the record, wherever both are moved to. Where nothing tells when the data were taken there is no item.
 */
export async function putStacItem(
  { product, run }: ProductStores,
  { time }: Pick<Plan, "time">,
): Promise<void> {
  if (!time) return run.delete([STAC_KEY]);
  const item = await stacItem(await openProduct(product), { href: `../${basename(product.url)}`, time });
  await run.put(STAC_KEY, encodeJson(item));
}
