import type { CellLayout } from "@zagg/map";
import * as zarr from "zarrita";
import { type HttpStore, httpStore } from "./http-store.js";
import { StoreError } from "./store-error.js";
import { parseStoreInfo, type StoreInfo, type VariableInfo } from "./store-info.js";

/** A product opened in the page. */
export interface Product {
  readonly url: string;
  readonly info: StoreInfo;
  readonly layout: CellLayout;
  /** State of every shard, as `shard_state` numbers them; all `written` for stores of 0.1.0. */
  readonly states: Uint8Array;
  /** Values of shard `k`, NaN where a cell has none; undefined where the chunk is not there. */
  readShard(variable: VariableInfo, k: number, signal?: AbortSignal): Promise<Float32Array | undefined>;
}

const WRITTEN = 1;
/** The last state that `shard_state` knows. */
const MAX_STATE = 4;
/** Reads that find the shards of a store of 0.1.0. */
const READS_IN_FLIGHT = 12;

/** Opens the product at an address, absolute or relative to `base`. Throws `StoreError`. */
export async function openProduct(address: string, base: string): Promise<Product> {
  const store = httpStore(address, base);
  const bytes = await store.get("/zarr.json");
  if (!bytes) throw new StoreError("not-a-product", `There is no Zarr store at ${store.url}.`);
  const root = parseJson(bytes, store.url);
  const info = parseStoreInfo(root, store.url);
  if (info.variables.length === 0) {
    throw new StoreError("not-a-product", `${store.url} holds no data variable that can be shown.`);
  }
  const read = chunkReader(withDocuments(store, root), info.group);
  const [shards, states] = await (info.hasShards
    ? Promise.all([shardIds(read, info), shardStates(read, info)])
    : Promise.all([shardsFromCells(read, info), new Uint8Array(info.shardCount).fill(WRITTEN)]));
  const { order, parentOrder, latitude } = info;
  const perShard = 4 ** (order - parentOrder);
  return {
    url: store.url,
    info,
    layout: { childOrder: order, parentOrder, latitude, shards },
    states,
    async readShard({ name, fill }, k, signal) {
      const values = await read(name, k, signal);
      if (!values) return undefined;
      if (values.length === perShard) return floats(values, fill);
      throw new StoreError(
        "bad-chunk",
        `Chunk ${k} of ${name} holds ${values.length} values, not ${perShard}.`,
      );
    },
  };
}

/** Answers for metadata from the root's consolidated block: a round trip less for every array. */
function withDocuments(store: HttpStore, root: unknown): HttpStore {
  const { metadata } = (root as { consolidated_metadata: { metadata: Record<string, unknown> } })
    .consolidated_metadata;
  return {
    ...store,
    async get(key, options) {
      const path = /^\/(.+)\/zarr\.json$/.exec(key)?.[1];
      const known = path !== undefined && Object.hasOwn(metadata, path) ? metadata[path] : undefined;
      return known === undefined ? store.get(key, options) : new TextEncoder().encode(JSON.stringify(known));
    },
  };
}

type Values = ArrayLike<number | bigint>;
/** Reads one chunk of an array of the group; undefined where it is not there. */
type ChunkReader = (name: string, k: number, signal?: AbortSignal) => Promise<Values | undefined>;

function chunkReader(store: HttpStore, group: string): ChunkReader {
  const root = zarr.root(store);
  const arrays = new Map<string, Promise<zarr.Array<zarr.DataType, HttpStore>>>();
  const open = (name: string) => {
    const known = arrays.get(name) ?? zarr.open.v3(root.resolve(`/${group}/${name}`), { kind: "array" });
    arrays.set(name, known);
    return known;
  };
  return async (name, k, signal) => {
    try {
      const chunk = await (await open(name)).getChunk([k], signal ? { signal } : undefined);
      return store.absent.has(`/${group}/${name}/c/${k}`) ? undefined : (chunk.data as Values);
    } catch (cause) {
      arrays.delete(name);
      if (cause instanceof StoreError || (cause instanceof DOMException && cause.name === "AbortError"))
        throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StoreError("bad-chunk", `Chunk ${k} of ${name} cannot be read: ${why}`, { cause });
    }
  };
}

async function shardIds(read: ChunkReader, { shardCount, parentOrder }: StoreInfo): Promise<number[]> {
  const ids = Array.from((await read("shard_ids", 0)) ?? [], Number);
  const end = 12 * 4 ** parentOrder;
  if (ids.length === shardCount && ids.every((id) => Number.isInteger(id) && id >= 0 && id < end)) return ids;
  throw new StoreError("unsupported", "The store's list of shards does not fit its arrays.");
}

async function shardStates(read: ChunkReader, { shardCount }: StoreInfo): Promise<Uint8Array> {
  const states = Uint8Array.from((await read("shard_state", 0)) ?? [], Number);
  return states.length === shardCount
    ? states.map((state) => Math.min(state, MAX_STATE))
    : new Uint8Array(shardCount);
}

/** Stores of 0.1.0 do not list their shards, but a shard's first cell tells; one without data stays unknown, -1. */
async function shardsFromCells(
  read: ChunkReader,
  { shardCount, order, parentOrder }: StoreInfo,
): Promise<number[]> {
  const shards = new Array<number>(shardCount).fill(-1);
  let next = 0;
  const worker = async () => {
    for (let k = next++; k < shardCount; k = next++) {
      const cells = await read("cell_ids", k);
      if (cells) shards[k] = Math.floor(Number(cells[0]) / 4 ** (order - parentOrder));
    }
  };
  await Promise.all(Array.from({ length: READS_IN_FLIGHT }, worker));
  return shards;
}

function floats(values: Values, fill: number): Float32Array {
  const out = values instanceof Float32Array ? values : Float32Array.from(values, Number);
  if (Number.isNaN(fill)) return out;
  const missing = Math.fround(fill);
  return out.map((value) => (value === missing ? Number.NaN : value));
}

function parseJson(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new StoreError("not-a-product", `${url}zarr.json is no JSON; there is no Zarr store.`, { cause });
  }
}
