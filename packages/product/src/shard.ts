import { cellsPerShard } from "@zagg/healpix";
import type { Store } from "@zagg/storage";
import { type ChunkValues, dataTypeOf, encodeChunk, filled } from "@zagg/zarr";
import { placeIn, shardCodecs } from "./layout.js";
import { sha256Hex } from "./sha256.js";
import type { ProductSpec } from "./spec.js";

/** One stored chunk, as a run's record keeps it. */
export interface ChunkRecord {
  readonly key: string;
  /** Bytes, as stored. */
  readonly length: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
}

/**
 * Writes the chunks of shard `k`: one per variable, in the spec's order, and gives what a record keeps of them.
 * `arrays` holds a value per cell for every variable; undefined means an empty shard, whose chunks hold fill values.
 * (They are stored because an absent chunk answers 403, not 404, on S3 without permission to list.) Throws `RangeError` for
 * arrays that do not fit, and for a product of blocks: see `writeBlock`.
 *
 * @example
 * const height = { dtype: "float32", fillValue: "NaN", attrs: {} } as const;
 * const made = { aggregation: { coordinates: {}, variables: { height } }, output: { codecs: "gzip" } } as const;
 * const spec = productSpec(made, { parentOrder: 6, childOrder: 8, latitude: "authalic" }, [41225], {});
 * const store = memoryStore();
 * await writeTemplate(store, spec);
 * const chunks = await writeShard(store, spec, 0, new Map([["height", new Float32Array(16).fill(3012.5)]]));
 * console.log(chunks);
 */
export async function writeShard(
  store: Store,
  spec: ProductSpec,
  k: number,
  arrays: ReadonlyMap<string, ChunkValues> | undefined,
): Promise<ChunkRecord[]> {
  requireAlone(spec);
  const chunks = [...packShard(spec, k, arrays)].map(([name, bytes]) => ({
    key: placeIn(spec, name, k).key,
    bytes,
  }));
  await Promise.all(chunks.map(({ key, bytes }) => store.put(key, bytes)));
  return Promise.all(
    chunks.map(async ({ key, bytes }) => ({ key, length: bytes.byteLength, sha256: await sha256Hex(bytes) })),
  );
}

/**
 * The packed chunk of each variable of shard `k`, in the spec's order: what lies in the store, by itself or in a block. `arrays`
 * is as for {@link writeShard}. Throws `RangeError` for arrays that do not fit.
 */
export function packShard(
  spec: ProductSpec,
  k: number,
  arrays: ReadonlyMap<string, ChunkValues> | undefined,
): ReadonlyMap<string, Uint8Array> {
  const cells = cellsPerShard(spec.grid);
  const packed = Object.entries(spec.variables).map(([name, { dtype, fillValue }]) => {
    const values = arrays ? arrays.get(name) : filled(dtype, cells, fillValue);
    if (values === undefined) throw new RangeError(`shard ${k} lacks the variable ${name}`);
    if (values.length !== cells || dataTypeOf(values) !== dtype) {
      const given = `${values.length} values of ${dataTypeOf(values)}`;
      throw new RangeError(`shard ${k}: ${name} has ${given}, its array takes ${cells} of ${dtype}`);
    }
    return [name, encodeChunk(values, shardCodecs(spec, dtype))] as const;
  });
  return new Map(packed);
}

/** What lies in a block is written with it: others lie there too. */
function requireAlone({ shardsPerObject }: ProductSpec): void {
  if (shardsPerObject === 1) return;
  throw new RangeError(`an object of this product holds ${shardsPerObject} shards: write the whole block`);
}

/** Removes the chunks of shard `k`, so that a failed shard has none; its coordinates stay. Not of a product of blocks. */
export async function removeShard(store: Store, spec: ProductSpec, k: number): Promise<void> {
  requireAlone(spec);
  await store.delete(Object.keys(spec.variables).map((name) => placeIn(spec, name, k).key));
}
