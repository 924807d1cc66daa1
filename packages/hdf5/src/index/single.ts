import type { ChunkIndexLayout } from "../messages/layout.js";
import type { ChunkGrid, StoredChunk } from "./grid.js";

/** A dataset of one chunk: the layout message itself is the index. */
export function readSingle(
  grid: ChunkGrid,
  address: number,
  filtered: Extract<ChunkIndexLayout, { type: "single" }>["filtered"],
): readonly StoredChunk[] {
  return [{ position: 0, address, size: filtered?.size ?? grid.chunkBytes, mask: filtered?.mask ?? 0 }];
}
