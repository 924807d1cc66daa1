import type { Store } from "@zagg/storage";
import { type ArrayDocument, chunkKey, documentKey, encodeDocument, groupDocument } from "@zagg/zarr";
import { zaggAttribute } from "./check-stored.js";
import { ProductError } from "./error.js";
import { MAX_SHARDS } from "./names.js";
import { readDocuments, readRoot } from "./read-documents.js";

/** What is still to be deleted, kept in the root's attribute `zagg_deleting` until it is gone. */
interface Deletion {
  readonly group: string;
  /** Array name → number of its chunks. */
  readonly chunks: Readonly<Record<string, number>>;
}

/**
 * Deletes the product in a store: exactly the keys that its own metadata names, nothing else that lies there.
 * Readers lose the metadata before the first chunk goes, so none sees a product with holes. When it is cut short,
 * calling it again goes on. Returns whether there was a product.
 *
 * Throws `ProductError` of kind `store` (`not-ours`) for a store that is not empty and holds no product that zagg
 * made, and for a bucket without a prefix.
 */
export async function deleteProduct(store: Store): Promise<boolean> {
  if (/^s3:\/\/[^/]*\/*$/.test(store.url)) {
    throw notOurs(store, "is a whole bucket; name a prefix in it");
  }
  const deletion = await pendingDeletion(store);
  if (!deletion) return false;
  const { group, chunks } = deletion;
  await store.put(documentKey(""), encodeDocument(groupDocument({ zagg_deleting: deletion })));
  await store.delete([group, ...Object.keys(chunks).map((name) => `${group}/${name}`)].map(documentKey));
  for (const [name, count] of Object.entries(chunks)) {
    await store.delete(Array.from({ length: count }, (_, k) => chunkKey(`${group}/${name}`, k)));
  }
  await store.delete([documentKey("")]);
  return true;
}

/** Whether a store holds a product that {@link deleteProduct} would delete. */
export async function isOurs(store: Store): Promise<boolean> {
  const documents = await readDocuments(store);
  return documents !== undefined && documents.path !== "" && zaggAttribute(documents.group) !== undefined;
}

/** Whether a deletion was cut short in this store: what is left of its product is of no use. */
export async function isBeingDeleted(store: Store): Promise<boolean> {
  return (await readRoot(store))?.attributes.zagg_deleting !== undefined;
}

/** Undefined: the store is empty. */
async function pendingDeletion(store: Store): Promise<Deletion | undefined> {
  const unfinished = (await readRoot(store))?.attributes.zagg_deleting;
  if (isDeletion(unfinished)) return unfinished;
  const documents = await readDocuments(store);
  if (documents?.path === "") throw notOurs(store, "is a group of cells, not the store of a product");
  if (documents && zaggAttribute(documents.group)) {
    const counts = [...documents.arrays].map(([name, array]) => [name, chunkCount(array)]);
    const deletion = { group: documents.path, chunks: Object.fromEntries(counts) };
    if (isDeletion(deletion)) return deletion;
    throw notOurs(store, "has arrays of more chunks than zagg makes");
  }
  for await (const { key } of store.list("")) {
    throw notOurs(store, `holds ${key}, but no product that zagg made`);
  }
  return undefined;
}

function isDeletion(value: unknown): value is Deletion {
  const { group, chunks } = (value ?? {}) as Partial<Record<keyof Deletion, unknown>>;
  if (typeof group !== "string" || typeof chunks !== "object" || chunks === null) return false;
  return Object.values(chunks).every((count) => Number.isInteger(count) && count >= 0 && count <= MAX_SHARDS);
}

function chunkCount({ shape, chunk_grid }: ArrayDocument): number {
  return Math.ceil((shape[0] as number) / (chunk_grid.configuration.chunk_shape[0] as number));
}

function notOurs(store: Store, why: string): ProductError {
  return new ProductError("store", "not-ours", `${store.url} ${why}; nothing was deleted`, {
    url: store.url,
  });
}
