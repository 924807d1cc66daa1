import type { WritableStore } from "@zagg/storage";
import { chunkKey, codecsFor, type Document, documentKey, encodeChunk, encodeDocument } from "@zagg/zarr";
import pMap from "p-map";
import { blockObject } from "./block.js";
import { coordinateValues } from "./coordinates.js";
import { type ProductStatus, productDocuments } from "./documents.js";
import { arrayPath, blocksOf, shardCodecs } from "./layout.js";
import { orderGroup, type ProductSpec } from "./spec.js";
import { countStates } from "./state.js";

/** Objects on their way to the store at the same time. */
const PUTS_IN_FLIGHT = 16;
/** A computation lets timers and signals have their turn after this time, milliseconds. */
const TURN_MS = 20;

/**
 * Makes the store of a product: all metadata, complete coordinates, every shard pending. Writing it again gives
 * the same bytes, so a set-up that was cut short is finished by running it again.
 *
 * The root's metadata goes first, so that whatever lies in the store belongs to a product of ours; `shard_state`
 * goes last, so that its chunk is there only when everything else is. `onProgress` is told how many of the coordinates'
 * objects are written, and of how many.
 *
 * @example
 * const height = { dtype: "float32", fillValue: "NaN", attrs: {} } as const;
 * const made = { aggregation: { coordinates: {}, variables: { height } }, output: { codecs: "gzip" } } as const;
 * const spec = productSpec(made, { parentOrder: 6, childOrder: 8, latitude: "authalic" }, [41225], {});
 * const store = memoryStore();
 * await writeTemplate(store, spec);
 */
export async function writeTemplate(
  store: WritableStore,
  spec: ProductSpec,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const pending = new Uint8Array(spec.shards.length);
  const documents = productDocuments(spec, { shards: countStates(pending), counts: {} });
  for (const path of documents.keys()) await putDocument(store, documents, path);
  const ids = encodeChunk(BigUint64Array.from(spec.shards, BigInt), codecsFor("uint64", spec.codecs));
  await store.put(chunkKey(arrayPath(spec, "shard_ids"), 0), ids);
  const total = blocksOf(spec).length * Object.keys(spec.coordinates).length;
  let done = 0;
  await pMap(
    coordinateObjects(spec),
    async ({ key, bytes }) => {
      await store.put(key, bytes);
      onProgress?.(++done, total);
    },
    { concurrency: PUTS_IN_FLIGHT },
  );
  await putStates(store, spec, pending);
}

/** Every object of every coordinate, made when it is asked for; long computations give way in between. */
async function* coordinateObjects(
  spec: ProductSpec,
): AsyncGenerator<{ readonly key: string; readonly bytes: Uint8Array }> {
  let turn = performance.now();
  for (const [block, shards] of blocksOf(spec).entries()) {
    for (const [name, { dtype }] of Object.entries(spec.coordinates)) {
      const chunks: Uint8Array[] = [];
      for (const k of shards) {
        if (performance.now() - turn > TURN_MS) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          turn = performance.now();
        }
        chunks.push(encodeChunk(coordinateValues(spec, name, k), shardCodecs(spec, dtype)));
      }
      yield blockObject(spec, name, block, chunks);
    }
  }
}

/**
 * Records the state of every shard (one of `SHARD_STATES` each, by position) and, in the group's attribute
 * `zagg`, whether the product is complete, shards by state, and `counts` as they are given. The attribute goes
 * last: a product is never called complete before it is.
 *
 * @example
 * const height = { dtype: "float32", fillValue: "NaN", attrs: {} } as const;
 * const made = { aggregation: { coordinates: {}, variables: { height } }, output: { codecs: "gzip" } } as const;
 * const spec = productSpec(made, { parentOrder: 6, childOrder: 8, latitude: "authalic" }, [41225], {});
 * const store = memoryStore();
 * await writeTemplate(store, spec);
 * await writeState(store, spec, Uint8Array.of(1), {}); // one shard, written
 * (await openProduct(store)).status?.complete; // => true
 */
export async function writeState(
  store: WritableStore,
  spec: ProductSpec,
  states: Uint8Array,
  counts: ProductStatus["counts"],
): Promise<void> {
  if (states.length !== spec.shards.length) {
    throw new RangeError(`${states.length} states for ${spec.shards.length} shards`);
  }
  const shards = countStates(states);
  await putStates(store, spec, states);
  const documents = productDocuments(spec, { shards, counts });
  for (const path of [orderGroup(spec.grid), ""]) await putDocument(store, documents, path);
}

async function putStates(store: WritableStore, spec: ProductSpec, states: Uint8Array): Promise<void> {
  const bytes = encodeChunk(states, codecsFor("uint8", spec.codecs));
  await store.put(chunkKey(arrayPath(spec, "shard_state"), 0), bytes);
}

async function putDocument(
  store: WritableStore,
  documents: ReadonlyMap<string, Document>,
  path: string,
): Promise<void> {
  await store.put(documentKey(path), encodeDocument(documents.get(path) as Document));
}
