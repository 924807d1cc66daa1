import { corrupt } from "../error.js";
import { readTree } from "../format/btree-v1.js";
import type { Metadata } from "../format/metadata.js";
import { type ChunkGrid, gridPosition, type StoredChunk } from "./grid.js";

/**
 * Chunks of a version 1 B-tree. Its keys have no checksum, so that each must name a place of the grid, and the places
 * must ascend.
 */
export async function readBtreeV1(
  metadata: Metadata,
  grid: ChunkGrid,
  address: number,
): Promise<readonly StoredChunk[]> {
  const rank = grid.chunkShape.length;
  const entries = await readTree(metadata, address, "chunks", 8 + 8 * (rank + 1));
  let last = -1;
  return entries.map(({ key, child }) => {
    const size = key.u32();
    const mask = key.u32();
    const coordinates = grid.chunkShape.map((extent) => key.u64() / extent);
    const position = coordinates.every(Number.isInteger) ? gridPosition(grid, coordinates) : undefined;
    if (position === undefined || key.u64() !== 0 || position <= last) {
      throw corrupt("the key of a chunk is not its place in the grid", key.address);
    }
    last = position;
    return { position, address: child, size, mask };
  });
}
