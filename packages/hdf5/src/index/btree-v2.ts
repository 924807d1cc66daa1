import { corrupt } from "../error.js";
import { readRecords } from "../format/btree-v2.js";
import type { Metadata } from "../format/metadata.js";
import { type ChunkGrid, gridPosition, readSizeAndMask, type StoredChunk, sizeFieldBytes } from "./grid.js";

const PLAIN_RECORD = 10;
const FILTERED_RECORD = 11;

/** Chunks of a version 2 B-tree: datasets with more than one unlimited dimension. */
export async function readBtreeV2(
  metadata: Metadata,
  grid: ChunkGrid,
  address: number,
): Promise<readonly StoredChunk[]> {
  const { offsetSize } = metadata.widths;
  const rank = grid.chunkShape.length;
  const records = await readRecords(metadata, address, grid.filtered ? FILTERED_RECORD : PLAIN_RECORD);
  return records.map((record) => {
    const sizeBytes = sizeFieldBytes(grid, record.bytes.length, offsetSize + 8 * rank, address);
    const chunk = record.offset();
    const { size, mask } = readSizeAndMask(record, grid, sizeBytes);
    const position = gridPosition(
      grid,
      Array.from({ length: rank }, () => record.u64()),
    );
    if (chunk === undefined || position === undefined)
      throw corrupt("a chunk outside the dataset", record.address);
    return { position, address: chunk, size, mask };
  });
}
