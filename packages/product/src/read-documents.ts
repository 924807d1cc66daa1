import type { ReadableStore } from "@zagg/storage";
import {
  type ArrayDocument,
  type Document,
  documentKey,
  type GroupDocument,
  parseDocument,
} from "@zagg/zarr";
import { ProductError } from "./error.js";

/** Longest metadata that is read: our own take 2 kB an array, twice. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;
/** Most objects of a store without consolidated metadata: all are listed to find the documents among them. */
const MAX_LISTED = 2 ** 18;

/** The metadata of a product as it lies in a store. */
export interface StoredDocuments {
  /** Path of the product's group; "" where the store's root is the group. */
  readonly path: string;
  readonly group: GroupDocument;
  /** The group's arrays, by name. */
  readonly arrays: ReadonlyMap<string, ArrayDocument>;
}

/** Path of an array of a group. */
export function pathIn(group: string, name: string): string {
  return group === "" ? name : `${group}/${name}`;
}

/** Reads a store's root metadata; undefined when there is none, or it is that of an array. */
export async function readRoot(store: ReadableStore): Promise<GroupDocument | undefined> {
  const root = await readDocument(store, documentKey(""));
  return root?.node_type === "group" ? root : undefined;
}

/**
 * The metadata of the product in a store: from the root's consolidated block, or document by document where 0.1.0
 * never came to write one. Undefined when no group of the store declares a DGGS.
 */
export async function readDocuments(store: ReadableStore): Promise<StoredDocuments | undefined> {
  const root = await readRoot(store);
  if (!root) return undefined;
  // In its groups, 0.1.0 left the block empty.
  const block = Object.entries(root.consolidated_metadata?.metadata ?? {});
  const documents = new Map<string, Document>(block.length > 0 ? block : await everyDocument(store));
  const finest = finestGroup(new Map([...documents, ["", root]]));
  if (!finest) return undefined;
  const [path, group] = finest;
  const prefix = pathIn(path, "");
  const arrays = new Map<string, ArrayDocument>();
  for (const [other, document] of documents) {
    const name = other.slice(prefix.length);
    if (document.node_type === "array" && other.startsWith(prefix) && !name.includes("/"))
      arrays.set(name, document);
  }
  return { path, group, arrays };
}

/** Of the groups that declare a DGGS the one with the smallest cells: others hold the same at coarser orders. */
function finestGroup(documents: ReadonlyMap<string, Document>): [string, GroupDocument] | undefined {
  const groups = [...documents].filter(
    (entry): entry is [string, GroupDocument] =>
      entry[1].node_type === "group" && entry[1].attributes.dggs !== undefined,
  );
  return groups.sort(([, a], [, b]) => refinementLevel(b) - refinementLevel(a))[0];
}

function refinementLevel({ attributes }: GroupDocument): number {
  const level = (attributes.dggs as { readonly refinement_level?: unknown } | null)?.refinement_level;
  return typeof level === "number" ? level : -1;
}

/** Every document below the root. */
async function everyDocument(store: ReadableStore): Promise<Map<string, Document>> {
  const suffix = `/${documentKey("")}`;
  const documents = new Map<string, Document>();
  let listed = 0;
  for await (const { key } of listing(store)) {
    if (++listed > MAX_LISTED) {
      const what = `has no consolidated metadata, and more than ${MAX_LISTED} objects to look for it`;
      throw new ProductError("store", "unsupported", `${store.url} ${what}`, { url: store.url });
    }
    const document = key.endsWith(suffix) ? await readDocument(store, key) : undefined;
    if (document) documents.set(key.slice(0, -suffix.length), document);
  }
  return documents;
}

function listing(store: ReadableStore): ReturnType<ReadableStore["list"]> {
  try {
    return store.list("");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = `has no consolidated metadata: it is no product, or the run that made it has not finished`;
    const data = { url: store.url };
    throw new ProductError("store", "no-listing", `${store.url} ${what} (${why})`, data, { cause });
  }
}

async function readDocument(store: ReadableStore, key: string): Promise<Document | undefined> {
  const bytes = await store.get(key, { maxBytes: MAX_METADATA_BYTES });
  if (!bytes) return undefined;
  try {
    return parseDocument(bytes, key);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const data = { url: store.url, key };
    throw new ProductError("store", "bad-metadata", `${store.url}: ${why}`, data, { cause });
  }
}
