import type { Store } from "@zagg/storage";
import {
  type ArrayDocument,
  type Document,
  documentKey,
  type GroupDocument,
  parseDocument,
} from "@zagg/zarr";
import type { ZaggAttribute } from "./documents.js";
import { ProductError } from "./error.js";

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
  const finest = finestGroup(documents);
  if (!finest) return undefined;
  const [path, group] = finest;
  const arrays = new Map<string, ArrayDocument>();
  for (const [other, document] of documents) {
    if (document.node_type === "array" && other.startsWith(`${path}/`))
      arrays.set(other.slice(path.length + 1), document);
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
    throw new ProductError(
      "store",
      "bad-metadata",
      `${store.url}: ${why}`,
      { url: store.url, key },
      { cause },
    );
  }
}
