import { localStore, type Store } from "@zagg/storage";

/** The two stores of a product: its own, and beside it the record of its runs. */
export interface ProductStores {
  /** The product: nothing but Zarr. */
  readonly product: Store;
  /** `<store>.run`: plan, shard records, summary. */
  readonly run: Store;
}

/**
 * Opens `target`, a folder. Local writes go through `<target>.run/tmp`, on the same file system, and are renamed
 * into place, so that nothing foreign or half-written ever lies inside the product.
 */
export function openStores(target: string): ProductStores {
  const root = target.replace(/\/+$/, "");
  const tmp = `${root}.run/tmp`;
  return { product: localStore(root, { tmp }), run: localStore(`${root}.run`, { tmp }) };
}
