import type { ReadableStore, ReadOptions } from "@zagg/storage";
import {
  type ArrayDocument,
  type Attributes,
  blockIndexBytes,
  type ChunkValues,
  chunking,
  chunkKey,
  decodeBlock,
  decodeChunk,
  filled,
  isZarrError,
} from "@zagg/zarr";
import pMap from "p-map";
import { blockReader } from "./block-reader.js";
import { checkedLayout } from "./check-stored.js";
import type { ProductStatus, ZaggAttribute } from "./documents.js";
import { ProductError, type ProductErrorCode } from "./error.js";
import { mostPackedBytes, shardPlace } from "./layout.js";
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
   * The values of shard `k` in an array; undefined where there are none, because the shard is pending or failed. Of a block
   * its index and this shard are read. Throws `ProductError` of kind `store`: `missing-chunk` where the shard's state says
   * that it was written, `bad-chunk`.
   */
  readChunk(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined>;
  /** All values of an array, the fill value where there is no chunk. Objects are read whole. */
  readArray(name: string): Promise<ChunkValues>;
}

const READS_IN_FLIGHT = 16;
/** A block is read whole, and may have 64 MiB. */
const BLOCKS_IN_FLIGHT = 4;
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
  const blocks = blockReader(store);
  let firstStates: Promise<Uint8Array | undefined> | undefined;

  function fault(code: ProductErrorCode, what: string, key?: string, options?: ErrorOptions): ProductError {
    return new ProductError("store", code, `${url}: ${what}`, { url, ...(key && { key }) }, options);
  }

  function packing(name: string) {
    const array = arrayOf(documents, name);
    const { chunkShape, codecs, slots } = chunking(array);
    const length = chunkShape[0] as number;
    const most = mostPackedBytes(array.data_type, length);
    const placeOf = (k: number) => shardPlace(pathIn(path, name), slots ?? 1, k);
    return { array, length, codecs, slots, most, placeOf };
  }

  /** Says where that lies which cannot be unpacked. */
  async function unpacking<T>(key: string, unpack: () => T | Promise<T>): Promise<T> {
    try {
      return await unpack();
    } catch (cause) {
      if (!isZarrError(cause)) throw cause;
      throw fault("bad-chunk", `chunk ${key}: ${cause.message}`, key, { cause });
    }
  }

  async function decoded(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined> {
    const { array, length, codecs, slots, most, placeOf } = packing(name);
    const { key, slot } = placeOf(k);
    return unpacking(key, async () => {
      const reading =
        slots === undefined
          ? store.get(key, { ...options, maxBytes: most })
          : blocks.read(key, slot, { slots, maxLength: most }, options);
      const bytes = await reading.catch(absentWhereDenied);
      return bytes && decodeChunk(bytes, array.data_type, length, codecs);
    });
  }

  async function states(options?: ReadOptions): Promise<Uint8Array | undefined> {
    const found = ours && ((await decoded(STATES, 0, options)) as Uint8Array | undefined);
    const odd = found?.find((state) => state >= SHARD_STATES.length);
    if (odd === undefined) return found;
    throw fault("bad-chunk", `${STATES} holds ${odd}, which is no state of a shard`, chunkKey(STATES, 0));
  }

  async function readChunk(name: string, k: number, options?: ReadOptions): Promise<ChunkValues | undefined> {
    const chunk = await decoded(name, k, options);
    if (chunk || WHOLE_ARRAYS.has(name) || !(await wasWritten(k))) return chunk;
    const { placeOf, slots } = packing(name);
    const { key } = placeOf(k);
    if (slots === undefined) throw missing(key);
    // The shard may have been written after the index was read that is kept.
    blocks.forget(key);
    const found = await decoded(name, k, options);
    if (found) return found;
    throw missing(key);
  }

  async function wasWritten(k: number): Promise<boolean> {
    firstStates ??= states();
    return hasChunks((await firstStates)?.[k]);
  }

  function missing(key: string): ProductError {
    const what = `chunk ${key} is not there, or may not be read, though its shard was written`;
    return fault("missing-chunk", `${what}; zagg verify tells what else is gone`, key);
  }

  async function readArray(name: string): Promise<ChunkValues> {
    const { array, length, slots } = packing(name);
    const whole = array.shape[0] as number;
    const values = filled(array.data_type, whole, array.fill_value);
    const chunks = Array.from({ length: Math.ceil(whole / length) }, (_, k) => k);
    const place = (chunk: ChunkValues | undefined, k: number) =>
      chunk && values.set(chunk.subarray(0, whole - k * length) as never, k * length);
    if (slots === undefined) {
      const read = async (k: number) => place(await readChunk(name, k), k);
      await pMap(chunks, read, { concurrency: READS_IN_FLIGHT });
    } else {
      const firsts = chunks.filter((k) => k % slots === 0);
      await pMap(firsts, (k) => readBlock(name, chunks.slice(k, k + slots), place), {
        concurrency: BLOCKS_IN_FLIGHT,
      });
    }
    return values;
  }

  /** The shards of one block, whose object is read whole. */
  async function readBlock(
    name: string,
    shards: readonly number[],
    place: (chunk: ChunkValues | undefined, k: number) => void,
  ): Promise<void> {
    const { array, length, codecs, slots = 1, most, placeOf } = packing(name);
    const { key } = placeOf(shards[0] as number);
    const maxBytes = slots * most + blockIndexBytes(slots);
    const bytes = await store.get(key, { maxBytes }).catch(absentWhereDenied);
    const chunks = await unpacking(key, () => (bytes ? decodeBlock(bytes, { slots, maxLength: most }) : []));
    for (const k of shards) {
      const chunk = chunks[placeOf(k).slot];
      if (!chunk && (await wasWritten(k))) throw missing(key);
      if (chunk) place(await unpacking(key, () => decodeChunk(chunk, array.data_type, length, codecs)), k);
    }
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

function arrayOf({ path, arrays }: StoredDocuments, name: string): ArrayDocument {
  const array = arrays.get(name);
  if (array) return array;
  const names = [...arrays.keys()].join(", ");
  const message = `group ${path} has no array ${name}; it has ${names}`;
  throw new ProductError("config", "no-array", message, { name });
}
