import type { GetOptions, ReadableStore, ReadOptions } from "@zagg/storage";
import {
  type ArrayDocument,
  type Attributes,
  bytesPerValue,
  type ChunkValues,
  chunkKey,
  decodeChunk,
  filled,
} from "@zagg/zarr";
import pMap from "p-map";
import { checkedLayout } from "./check-stored.js";
import type { ProductStatus, ZaggAttribute } from "./documents.js";
import { ProductError, type ProductErrorCode } from "./error.js";
import { shardsProblem } from "./names.js";
import { pathIn, readDocuments, type StoredDocuments } from "./read-documents.js";
import { absentWhereDenied, legacySpec, storedSpec } from "./read-spec.js";
import type { ProductSpec } from "./spec.js";
import { hasChunks, SHARD_STATES } from "./state.js";

/** A product opened for reading. Stores of 0.1.0 open too: their `status` and `states()` are undefined. */
export interface Product {
  readonly url: string;
  /** Path of the product's group in its store; "" where the store's root is that group. */
  readonly path: string;
  readonly spec: ProductSpec;
  /** Attributes of the product's group, as stored. */
  readonly attributes: Attributes;
  /** What the last run said of the whole. */
  readonly status: (ProductStatus & Pick<ZaggAttribute, "complete">) | undefined;
  /** Metadata of every array of the group, by name. */
  readonly arrays: ReadonlyMap<string, ArrayDocument>;
  /** State of every shard by position (see `SHARD_STATES`); undefined, too, where set-up was cut short. */
  states(options?: ReadOptions): Promise<Uint8Array | undefined>;
  /**
   * Chunk `k` of an array; undefined where there is none, because its shard is pending or failed. Throws `ProductError`
   * of kind `store`: `missing-chunk` where the shard's state says that it was written, `bad-chunk`.
   */
  readChunk(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined>;
  /** All values of an array, the fill value where there is no chunk. */
  readArray(name: string): Promise<ChunkValues>;
}

const READS_IN_FLIGHT = 16;
const STATES = "shard_state";
/** Arrays with a value for each shard, not each cell. */
const WHOLE_ARRAYS: ReadonlySet<string> = new Set([STATES, "shard_ids"]);

/**
 * Opens the product in a store: that of its finest cells. Its metadata is checked before anything else is read. Throws
 * `ProductError` of kind `store`: `no-store`, `no-product`, `no-listing`, `bad-metadata`, `unsupported`, and
 * `unfinished-setup` when the run that made it was stopped before it had written the list of its shards.
 *
 * @example
 * const product = await openProduct(readStore("product.zarr"));
 * console.log(Object.keys(product.spec.variables), await product.readChunk("h_mean", 0));
 */
export async function openProduct(store: ReadableStore): Promise<Product> {
  const { url } = store;
  const documents = (await readDocuments(store)) ?? (await nothingIn(store));
  const { path, group, arrays } = documents;
  const layout = checkedLayout(url, documents);
  const { ours } = layout;
  let firstStates: Promise<Uint8Array | undefined> | undefined;

  function fault(code: ProductErrorCode, what: string, key?: string, options?: ErrorOptions): ProductError {
    return new ProductError("store", code, `${url}: ${what}`, { url, ...(key && { key }) }, options);
  }

  async function decoded(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined> {
    const { chunk_grid, codecs, data_type } = arrayOf(documents, name);
    const length = chunk_grid.configuration.chunk_shape[0] as number;
    const key = chunkKey(pathIn(path, name), k);
    const bounded: GetOptions = { ...options, maxBytes: mostBytes(length * bytesPerValue(data_type)) };
    const bytes = await store.get(key, bounded).catch(absentWhereDenied);
    if (!bytes) return undefined;
    try {
      return decodeChunk(bytes, data_type, length, codecs);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw fault("bad-chunk", `chunk ${key}: ${why}`, key, { cause });
    }
  }

  async function states(options?: ReadOptions): Promise<Uint8Array | undefined> {
    const found = ours && ((await decoded(STATES, 0, options)) as Uint8Array | undefined);
    const odd = found?.find((state) => state >= SHARD_STATES.length);
    if (odd === undefined) return found;
    throw fault("bad-chunk", `${STATES} holds ${odd}, which is no state of a shard`, chunkKey(STATES, 0));
  }

  async function readChunk(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined> {
    const chunk = await decoded(name, k, options);
    if (chunk || WHOLE_ARRAYS.has(name)) return chunk;
    firstStates ??= states();
    if (!hasChunks((await firstStates)?.[k])) return undefined;
    const key = chunkKey(pathIn(path, name), k);
    const what = `chunk ${key} is not there, or may not be read, though its shard was written`;
    throw fault("missing-chunk", `${what}; zagg verify tells what else is gone`, key);
  }

  async function readArray(name: string): Promise<ChunkValues> {
    const { data_type, fill_value, shape, chunk_grid } = arrayOf(documents, name);
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

  async function shardIds(): Promise<number[]> {
    const ids = (await decoded("shard_ids", 0)) as BigUint64Array | undefined;
    if (!ids) {
      const what = "its set-up was cut short before the list of shards was written";
      throw fault("unfinished-setup", `${what}; run again with --overwrite`);
    }
    const shards = Array.from(ids, Number);
    const problem = shardsProblem(layout.grid, shards);
    if (problem) throw fault("bad-chunk", `${problem}; its list of shards is damaged`);
    return shards;
  }

  return {
    url,
    path,
    spec: ours ? storedSpec(documents, layout, await shardIds()) : await legacySpec(documents, layout, store),
    attributes: group.attributes,
    status: ours && { complete: ours.complete, shards: ours.shards, counts: ours.counts },
    arrays,
    states,
    readChunk,
    readArray,
  };
}

/** Says why there is no product in a store. */
async function nothingIn(store: ReadableStore): Promise<never> {
  const { url } = store;
  const there = await store.get("zarr.json").catch(absentWhereDenied);
  const what = there
    ? "holds no product: no group there declares a DGGS"
    : "is no Zarr store: it has no zarr.json; give the folder or address of a product";
  throw new ProductError("store", there ? "no-product" : "no-store", `${url} ${what}`, { url });
}

/** A chunk packed by any codec we read is hardly longer than its values: gzip adds 5 bytes for every 16 kB. */
function mostBytes(values: number): number {
  return values + values / 1024 + 1024;
}

function arrayOf({ path, arrays }: StoredDocuments, name: string): ArrayDocument {
  const array = arrays.get(name);
  if (array) return array;
  const names = [...arrays.keys()].join(", ");
  const message = `group ${path} has no array ${name}; it has ${names}`;
  throw new ProductError("config", "no-array", message, { name });
}
