import { createHash } from "node:crypto";
import type { Store } from "@zagg/storage";
import { type ChunkValues, chunkKey, codecsFor, dataTypeOf, encodeChunk, filled } from "@zagg/zarr";
import { cellsPerShard, groupPath, type ProductSpec } from "./spec.js";

/** One stored chunk, as a run's record keeps it. */
export interface ChunkRecord {
  readonly key: string;
  /** Bytes, as stored. */
  readonly length: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
}

export interface EncodedChunk extends ChunkRecord {
  readonly bytes: Uint8Array;
}

/**
 * The chunks of shard `k`: one per variable, in the spec's order. `arrays` holds a value per cell for every
 * variable; undefined means an empty shard, whose chunks hold fill values. (They are stored because an absent
 * chunk answers 403, not 404, on S3 without permission to list.)
 */
export function encodeShard(
  spec: ProductSpec,
  k: number,
  arrays: ReadonlyMap<string, ChunkValues> | undefined,
): EncodedChunk[] {
  const cells = cellsPerShard(spec.grid);
  return Object.entries(spec.variables).map(([name, { dtype, fillValue }]) => {
    const values = arrays ? arrays.get(name) : filled(dtype, cells, fillValue);
    if (values === undefined) throw new RangeError(`shard ${k} lacks the variable ${name}`);
    if (values.length !== cells || dataTypeOf(values) !== dtype) {
      const given = `${values.length} values of ${dataTypeOf(values)}`;
      throw new RangeError(`shard ${k}: ${name} has ${given}, its array takes ${cells} of ${dtype}`);
    }
    const bytes = encodeChunk(values, codecsFor(dtype, spec.codecs));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { key: chunkKey(`${groupPath(spec.grid)}/${name}`, k), length: bytes.byteLength, sha256, bytes };
  });
}

/** Writes the chunks of shard `k`; see {@link encodeShard}. Returns what a record keeps of them. */
export async function writeShard(
  store: Store,
  spec: ProductSpec,
  k: number,
  arrays: ReadonlyMap<string, ChunkValues> | undefined,
): Promise<ChunkRecord[]> {
  const chunks = encodeShard(spec, k, arrays);
  await Promise.all(chunks.map(({ key, bytes }) => store.put(key, bytes)));
  return chunks.map(({ key, length, sha256 }) => ({ key, length, sha256 }));
}

/** Removes the chunks of shard `k`, so that a failed shard has none; its coordinates stay. */
export async function removeShard(store: Store, spec: ProductSpec, k: number): Promise<void> {
  const names = Object.keys(spec.variables);
  await store.delete(names.map((name) => chunkKey(`${groupPath(spec.grid)}/${name}`, k)));
}
