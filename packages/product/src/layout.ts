import { cellsPerShard, type Grid } from "@zagg/healpix";
import {
  blockIndexBytes,
  bytesPerValue,
  type Codec,
  chunkKey,
  codecsFor,
  type DataType,
  type ShardingCodec,
  shardingCodecs,
} from "@zagg/zarr";
import { orderGroup, type ProductSpec } from "./spec.js";

/** What a spec says of where its shards lie. */
export type Layout = Pick<ProductSpec, "grid" | "shardsPerObject">;

/** Shards in an object where nothing else is said: a product of 1,344 then has 21 objects an array in place of 1,344. */
const USUAL_SHARDS = 64;
/** An object is packed and unpacked in memory. */
const USUAL_BYTES = 64 * 2 ** 20;
/** `cell_ids` has 8 bytes a cell, and no type has more. One number holds for all arrays, so that their blocks align. */
const WIDEST_BYTES = 8;

/**
 * How many shards lie side by side in one object of each array, where nothing else is said: 64, or the largest power of two
 * whose cells have at most 64 MiB, uncompressed, in an array of the widest type.
 *
 * @example usualShardsPerObject({ parentOrder: 6, childOrder: 12, latitude: "authalic" }); // => 64
 */
export function usualShardsPerObject(grid: Grid): number {
  // Both are powers of two.
  return Math.max(1, Math.min(USUAL_SHARDS, USUAL_BYTES / (WIDEST_BYTES * cellsPerShard(grid))));
}

/** Where a shard lies in an array. */
export interface ShardPlace {
  /** The object: a block of consecutive shards, or the shard alone. */
  readonly key: string;
  /** Position of the shard in its block. */
  readonly slot: number;
}

/** The number of the object in which shard `k` lies, and its position there. */
export function blockOf(
  { shardsPerObject }: Pick<Layout, "shardsPerObject">,
  k: number,
): { readonly block: number; readonly slot: number } {
  return { block: Math.floor(k / shardsPerObject), slot: k % shardsPerObject };
}

/** Where shard `k` lies in the array at `path`. */
export function shardPlace(path: string, shardsPerObject: number, k: number): ShardPlace {
  const { block, slot } = blockOf({ shardsPerObject }, k);
  return { key: chunkKey(path, block), slot };
}

/** Where shard `k` of a product lies in its array `name`. */
export function placeIn(layout: Layout, name: string, k: number): ShardPlace {
  return shardPlace(arrayPath(layout, name), layout.shardsPerObject, k);
}

/** Path of an array of the product's group. */
export function arrayPath({ grid }: Pick<Layout, "grid">, name: string): string {
  return `${orderGroup(grid)}/${name}`;
}

/** The shards (positions in the product) of each block, in order; the last may have fewer than fit. */
export function blocksOf({
  shards,
  shardsPerObject,
}: {
  readonly shards: readonly unknown[];
  readonly shardsPerObject: number;
}): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(shards.length / shardsPerObject) }, (_, block) => {
    const first = block * shardsPerObject;
    const length = Math.min(shardsPerObject, shards.length - first);
    return Array.from({ length }, (_, slot) => first + slot);
  });
}

/** How one shard is packed. In a block it has a checksum even where nothing is compressed. */
export function shardCodecs(
  { codecs, shardsPerObject }: Pick<ProductSpec, "codecs" | "shardsPerObject">,
  dataType: DataType,
): readonly Codec[] {
  return codecsFor(dataType, codecs === "none" && shardsPerObject > 1 ? "crc32c" : codecs);
}

/** Most bytes that a chunk may have: packed by any codec we read it is hardly longer; gzip adds 5 bytes for every 16 kB. */
export function mostPackedBytes(dataType: DataType, values: number): number {
  const bytes = values * bytesPerValue(dataType);
  return bytes + Math.ceil(bytes / 1024) + 1024;
}

/** Most bytes that an object of an array over all cells may have. */
export function mostBlockBytes({ grid, shardsPerObject }: Layout, dataType: DataType): number {
  const chunks = shardsPerObject * mostPackedBytes(dataType, cellsPerShard(grid));
  return shardsPerObject === 1 ? chunks : chunks + blockIndexBytes(shardsPerObject);
}

/** The codecs of an array over all cells. */
export function arrayCodecs(
  spec: Pick<ProductSpec, "codecs" | "shardsPerObject" | "grid">,
  dataType: DataType,
): readonly Codec[] | readonly [ShardingCodec] {
  const codecs = shardCodecs(spec, dataType);
  return spec.shardsPerObject === 1 ? codecs : shardingCodecs([cellsPerShard(spec.grid)], codecs);
}
