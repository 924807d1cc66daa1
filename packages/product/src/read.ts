import {
  type ArrayDocument,
  type Attributes,
  type ChunkValues,
  chunkKey,
  decodeChunk,
  filled,
} from "@zagg/zarr";
import pMap from "p-map";
import type { ProductStatus, ZaggAttribute } from "./documents.js";
import { ProductError } from "./error.js";
import { type ReadableStore, readDocuments, type StoredDocuments, zaggAttribute } from "./read-documents.js";
import { legacySpec, storedSpec } from "./read-spec.js";
import type { ProductSpec } from "./spec.js";
import { hasChunks } from "./state.js";

/** A product opened for reading. Stores of 0.1.0 open too: their `status` and `states()` are undefined. */
export interface Product {
  readonly url: string;
  readonly spec: ProductSpec;
  /** Attributes of the product's group, as stored. */
  readonly attributes: Attributes;
  /** What the last run said of the whole. */
  readonly status: (ProductStatus & Pick<ZaggAttribute, "complete">) | undefined;
  /** Metadata of every array of the group, by name. */
  readonly arrays: ReadonlyMap<string, ArrayDocument>;
  /** State of every shard by position (see `SHARD_STATES`); undefined, too, where set-up was cut short. */
  states(): Promise<Uint8Array | undefined>;
  /**
   * Chunk `k` of an array; undefined where there is none, because its shard is pending or failed. Throws `ProductError`
   * of kind `store`: `missing-chunk` where the shard's state says that it was written, `bad-chunk`.
   */
  readChunk(name: string, k: number): Promise<ChunkValues | undefined>;
  /** All values of an array, the fill value where there is no chunk. */
  readArray(name: string): Promise<ChunkValues>;
}

const READS_IN_FLIGHT = 16;
const STATES = "shard_state";
/** Arrays with a value for each shard, not each cell. */
const WHOLE_ARRAYS: ReadonlySet<string> = new Set([STATES, "shard_ids"]);

/**
 * Opens the product in a store. Throws `ProductError` of kind `store`: `no-product` when there is none,
 * `unfinished-setup` when the run that made it was stopped before it had written the list of its shards.
 */
export async function openProduct(store: ReadableStore): Promise<Product> {
  const documents = await readDocuments(store);
  if (!documents) {
    const what = "holds no product: no group there declares a DGGS";
    throw new ProductError("store", "no-product", `${store.url} ${what}`, { url: store.url });
  }
  const { path, group, arrays } = documents;
  const ours = zaggAttribute(group);
  let firstStates: Promise<Uint8Array | undefined> | undefined;

  async function states(): Promise<Uint8Array | undefined> {
    if (!ours) return undefined;
    const array = arrayOf(documents as StoredDocuments, STATES);
    return (await readChunkOf(store, path, STATES, array, 0)) as Uint8Array | undefined;
  }

  async function readChunk(name: string, k: number): Promise<ChunkValues | undefined> {
    const chunk = await readChunkOf(store, path, name, arrayOf(documents as StoredDocuments, name), k);
    if (chunk || WHOLE_ARRAYS.has(name)) return chunk;
    firstStates ??= states();
    if (!hasChunks((await firstStates)?.[k])) return undefined;
    const key = chunkKey(`${path}/${name}`, k);
    const what = `chunk ${key} is not there, though its shard was written`;
    throw new ProductError(
      "store",
      "missing-chunk",
      `${store.url}: ${what}; zagg verify tells what else is gone`,
      {
        url: store.url,
        key,
      },
    );
  }

  async function readArray(name: string): Promise<ChunkValues> {
    const { data_type, fill_value, shape, chunk_grid } = arrayOf(documents as StoredDocuments, name);
    const length = shape[0] as number;
    const chunkLength = chunk_grid.configuration.chunk_shape[0] as number;
    const values = filled(data_type, length, fill_value);
    await pMap(
      Array.from({ length: Math.ceil(length / chunkLength) }, (_, k) => k),
      async (k) => {
        const chunk = await readChunk(name, k);
        if (chunk) values.set(chunk.subarray(0, length - k * chunkLength) as never, k * chunkLength);
      },
      { concurrency: READS_IN_FLIGHT },
    );
    return values;
  }

  return {
    url: store.url,
    spec: ours ? storedSpec(documents, await shardIds()) : await legacySpec(documents, store),
    attributes: group.attributes,
    status: ours && { complete: ours.complete, shards: ours.shards, counts: ours.counts },
    arrays,
    states,
    readChunk,
    readArray,
  };

  async function shardIds(): Promise<number[]> {
    const ids = (await readChunk("shard_ids", 0)) as BigUint64Array | undefined;
    if (ids) return Array.from(ids, Number);
    const what = "its set-up was cut short before the list of shards was written";
    throw new ProductError("store", "unfinished-setup", `${store.url}: ${what}; run again with --overwrite`, {
      url: store.url,
    });
  }
}

function arrayOf({ path, arrays }: StoredDocuments, name: string): ArrayDocument {
  const array = arrays.get(name);
  if (array) return array;
  const names = [...arrays.keys()].join(", ");
  throw new ProductError("config", "no-array", `group ${path} has no array ${name}; it has ${names}`, {
    name,
  });
}

async function readChunkOf(
  store: ReadableStore,
  path: string,
  name: string,
  array: ArrayDocument,
  k: number,
): Promise<ChunkValues | undefined> {
  const key = chunkKey(`${path}/${name}`, k);
  const bytes = await store.get(key);
  if (!bytes) return undefined;
  try {
    const length = array.chunk_grid.configuration.chunk_shape[0] as number;
    return decodeChunk(bytes, array.data_type, length, array.codecs);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const data = { url: store.url, key };
    throw new ProductError("store", "bad-chunk", `${store.url}: chunk ${key}: ${why}`, data, { cause });
  }
}
