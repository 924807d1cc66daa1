import type { Metadata } from "../format/metadata.js";
import type { ChunkIndexLayout } from "../messages/layout.js";
import { readBtreeV1 } from "./btree-v1.js";
import { readBtreeV2 } from "./btree-v2.js";
import { readExtensibleArray } from "./extensible-array.js";
import { readFixedArray } from "./fixed-array.js";
import type { ChunkGrid, StoredChunk } from "./grid.js";
import { readImplicit } from "./implicit.js";
import { readSingle } from "./single.js";

/** All chunks that a dataset has stored, through whichever index it has; none before anything was written. */
export async function readChunkIndex(
  metadata: Metadata,
  grid: ChunkGrid,
  index: ChunkIndexLayout,
): Promise<readonly StoredChunk[]> {
  const { address } = index;
  if (address === undefined) return [];
  switch (index.type) {
    case "btree-v1":
      return readBtreeV1(metadata, grid, address);
    case "btree-v2":
      return readBtreeV2(metadata, grid, address);
    case "single":
      return readSingle(grid, address, index.filtered);
    case "implicit":
      return readImplicit(metadata, grid, address);
    case "fixed-array":
      return readFixedArray(metadata, grid, address);
    case "extensible-array":
      return readExtensibleArray(metadata, grid, address);
  }
}
