import { cellsPerShard } from "@zagg/healpix";
import type { Store } from "@zagg/storage";
import { type ChunkValues, chunkKey, codecsFor, dataTypeOf, encodeChunk, filled } from "@zagg/zarr";
import { sha256Hex } from "./sha256.js";
import { orderGroup, type ProductSpec } from "./spec.js";

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
 * (They are stored because an absent chunk answers 403, not 404, on S3 without permission to list.)
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
  const chunks = encodeShard(spec, k, arrays);
  await Promise.all(chunks.map(({ key, bytes }) => store.put(key, bytes)));
  return Promise.all(
    chunks.map(async ({ key, bytes }) => ({ key, length: bytes.byteLength, sha256: await sha256Hex(bytes) })),
  );
}

function encodeShard(
  spec: ProductSpec,
  k: number,
  arrays: ReadonlyMap<string, ChunkValues> | undefined,
): { readonly key: string; readonly bytes: Uint8Array }[] {
  const cells = cellsPerShard(spec.grid);
  return Object.entries(spec.variables).map(([name, { dtype, fillValue }]) => {
    const values = arrays ? arrays.get(name) : filled(dtype, cells, fillValue);
    if (values === undefined) throw new RangeError(`shard ${k} lacks the variable ${name}`);
    if (values.length !== cells || dataTypeOf(values) !== dtype) {
      const given = `${values.length} values of ${dataTypeOf(values)}`;
      throw new RangeError(`shard ${k}: ${name} has ${given}, its array takes ${cells} of ${dtype}`);
    }
    const bytes = encodeChunk(values, codecsFor(dtype, spec.codecs));
    return { key: chunkKey(`${orderGroup(spec.grid)}/${name}`, k), bytes };
  });
}

/** Removes the chunks of shard `k`, so that a failed shard has none; its coordinates stay. */
export async function removeShard(store: Store, spec: ProductSpec, k: number): Promise<void> {
  const names = Object.keys(spec.variables);
  await store.delete(names.map((name) => chunkKey(`${orderGroup(spec.grid)}/${name}`, k)));
}
