import { corrupt } from "../error.js";
import type { Metadata } from "../format/metadata.js";
import { product } from "../messages/dataspace.js";
import { arrayPositions, type ChunkGrid, chunkCounts, type StoredChunk } from "./grid.js";

/** No index: all chunks of the largest shape lie one after the other, unfiltered. */
export function readImplicit(metadata: Metadata, grid: ChunkGrid, address: number): readonly StoredChunk[] {
  const total = product(chunkCounts(grid.maxShape, grid.chunkShape));
  if (grid.filtered || total * grid.chunkBytes > metadata.room(address)) {
    throw corrupt(`${total} chunks without an index do not fit in the file`, address);
  }
  const positionOf = arrayPositions(grid);
  const chunks: StoredChunk[] = [];
  for (let n = 0; n < total; n++) {
    const position = positionOf(n);
    if (position === undefined) continue;
    chunks.push({ position, address: address + n * grid.chunkBytes, size: grid.chunkBytes, mask: 0 });
  }
  return chunks;
}
