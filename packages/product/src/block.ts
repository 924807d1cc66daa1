import { cellsPerShard } from "@zagg/healpix";
import type { WritableStore } from "@zagg/storage";
import { type DataType, decodeBlock, encodeBlock } from "@zagg/zarr";
import { mostPackedBytes, placeIn } from "./layout.js";
import { sha256Hex } from "./sha256.js";
import type { ChunkRecord } from "./shard.js";
import type { ProductSpec } from "./spec.js";

/**
 * Writes object number `block` of an array: the packed shards of that block in their order, undefined where one has no
 * result. At least one must have: of a block without any there is no object. Throws `RangeError` for none, and for more than
 * go into it.
 *
 * @example
 * const height = { dtype: "float32", fillValue: "NaN", attrs: {} } as const;
 * const output = { codecs: "gzip", shardsPerObject: 64 } as const;
 * const grid = { parentOrder: 6, childOrder: 8, latitude: "authalic" } as const;
 * const spec = productSpec({ aggregation: { coordinates: {}, variables: { height } }, output }, grid, [41225, 41226], {});
 * const store = memoryStore();
 * await writeTemplate(store, spec);
 * const packed = packShard(spec, 1, new Map([["height", new Float32Array(16).fill(3012.5)]])).get("height");
 * (await writeBlock(store, spec, "height", 0, [undefined, packed])).key; // => "8/height/c/0"
 */
export async function writeBlock(
  store: WritableStore,
  spec: ProductSpec,
  name: string,
  block: number,
  shards: readonly (Uint8Array | undefined)[],
): Promise<ChunkRecord> {
  const { key, bytes } = blockObject(spec, name, block, shards);
  await store.put(key, bytes);
  return { key, length: bytes.length, sha256: await sha256Hex(bytes) };
}

/** The object that {@link writeBlock} writes. */
export function blockObject(
  spec: Pick<ProductSpec, "grid" | "shardsPerObject">,
  name: string,
  block: number,
  shards: readonly (Uint8Array | undefined)[],
): { readonly key: string; readonly bytes: Uint8Array } {
  const { shardsPerObject } = spec;
  const { key } = placeIn(spec, name, block * shardsPerObject);
  const alone = shards.find((shard) => shard !== undefined);
  if (alone === undefined) throw new RangeError(`${key} would hold nothing: no object is written for it`);
  if (shards.length > shardsPerObject) {
    throw new RangeError(`${key} holds ${shardsPerObject} shards, not ${shards.length}`);
  }
  if (shardsPerObject === 1) return { key, bytes: alone };
  return { key, bytes: encodeBlock(Array.from({ length: shardsPerObject }, (_, slot) => shards[slot])) };
}

/**
 * The packed shards of an object of an array, by their position in the block; undefined: not there. What a block is made of
 * anew, some of its shards replaced. Throws `ZarrError` (`corrupt`) where its index is damaged; the shards themselves are
 * checked when they are unpacked.
 */
export function unpackBlock(
  { grid, shardsPerObject }: Pick<ProductSpec, "grid" | "shardsPerObject">,
  dataType: DataType,
  bytes: Uint8Array,
): readonly (Uint8Array | undefined)[] {
  if (shardsPerObject === 1) return [bytes];
  const maxLength = mostPackedBytes(dataType, cellsPerShard(grid));
  return decodeBlock(bytes, { slots: shardsPerObject, maxLength });
}
