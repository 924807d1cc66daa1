import type { Store } from "@zagg/storage";
import {
  type ArrayDocument,
  type Document,
  documentKey,
  type GroupDocument,
  parseDocument,
} from "@zagg/zarr";
import { ZaggError } from "../error.js";
import type { ZaggAttribute } from "./documents.js";

/** What reading takes of a store. */
export type ReadableStore = Pick<Store, "url" | "get" | "getRange" | "list">;

/** The metadata of a product as it lies in a store. */
export interface StoredDocuments {
  /** Path of the product's group. */
  readonly path: string;
  readonly group: GroupDocument;
  /** The group's arrays, by name. */
  readonly arrays: ReadonlyMap<string, ArrayDocument>;
}

/** Reads a store's root metadata; undefined when there is none. */
export async function readRoot(store: ReadableStore): Promise<GroupDocument | undefined> {
  const bytes = await store.get(documentKey(""));
  const root = bytes && parse(store, bytes, documentKey(""));
  return root?.node_type === "group" ? root : undefined;
}

/**
 * The metadata of the product in a store: from the root's consolidated block, or document by document where 0.1.0
 * never came to write one. Undefined when no group of the store declares a DGGS.
 */
export async function readDocuments(store: ReadableStore): Promise<StoredDocuments | undefined> {
  const root = await readRoot(store);
  if (!root) return undefined;
  const block = root.consolidated_metadata?.metadata;
  const documents = block ? new Map(Object.entries(block)) : await everyDocument(store);
  for (const [path, group] of documents) {
    if (group.node_type !== "group" || !("dggs" in group.attributes)) continue;
    const arrays = new Map<string, ArrayDocument>();
    for (const [other, document] of documents) {
      if (document.node_type === "array" && other.startsWith(`${path}/`))
        arrays.set(other.slice(path.length + 1), document);
    }
    return { path, group, arrays };
  }
  return undefined;
}

/**
 * What a run of ours said of a product; undefined for products of others. Later Python versions know an attribute of
 * that name too, without our `grid`.
 */
export function zaggAttribute({ attributes }: GroupDocument): ZaggAttribute | undefined {
  const zagg = attributes.zagg as Partial<ZaggAttribute> | null | undefined;
  return typeof zagg?.grid === "object" && typeof zagg.shards === "object"
    ? (zagg as ZaggAttribute)
    : undefined;
}

async function everyDocument(store: ReadableStore): Promise<Map<string, Document>> {
  const suffix = `/${documentKey("")}`;
  const documents = new Map<string, Document>();
  for await (const { key } of store.list("")) {
    const bytes = key.endsWith(suffix) ? await store.get(key) : undefined;
    if (bytes) documents.set(key.slice(0, -suffix.length), parse(store, bytes, key));
  }
  return documents;
}

function parse(store: ReadableStore, bytes: Uint8Array, key: string): Document {
  try {
    return parseDocument(bytes, key);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZaggError("store", "bad-metadata", `${store.url}: ${why}`, { url: store.url, key }, { cause });
  }
}
