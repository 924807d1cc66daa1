import { at } from "../at.js";
import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import type { Metadata } from "../format/metadata.js";
import { arrayPositions, type ChunkGrid, readSizeAndMask, type StoredChunk, sizeFieldBytes } from "./grid.js";

/** Client ids of array indexes: entries without and with stored size and filter mask. */
const PLAIN = 0;
const FILTERED = 1;

/** What fixed and extensible arrays share: how a chunk's entry looks, and where element `n` lies in the grid. */
export interface ArrayEntries {
  readonly entryBytes: number;
  /** Reads the entries of elements `first`, `first + 1`, … and keeps those that are stored. */
  collect(cursor: Cursor, first: number, count: number): void;
  readonly chunks: readonly StoredChunk[];
}

export function arrayEntries(
  metadata: Metadata,
  grid: ChunkGrid,
  entryBytes: number,
  address: number,
): ArrayEntries {
  const sizeBytes = sizeFieldBytes(grid, entryBytes, metadata.widths.offsetSize, address);
  const positionOf = arrayPositions(grid);
  const chunks: StoredChunk[] = [];
  return {
    entryBytes,
    chunks,
    collect(cursor, first, count) {
      for (let n = first; n < first + count; n++) {
        const chunk = cursor.offset();
        const { size, mask } = readSizeAndMask(cursor, grid, sizeBytes);
        const position = chunk === undefined ? undefined : positionOf(n);
        if (chunk !== undefined && position !== undefined)
          chunks.push({ position, address: chunk, size, mask });
      }
    },
  };
}

/** Version and client id, which every structure of an array begins with. */
export function expectArrayHead(cursor: Cursor, grid: ChunkGrid): void {
  cursor.expectVersion("a chunk array", 0);
  if (cursor.u8() !== (grid.filtered ? FILTERED : PLAIN))
    throw corrupt("a chunk array of another kind", cursor.address);
}

/** As {@link expectArrayHead}, with the address of the array's header, to which a block belongs. */
export function expectBlockHead(cursor: Cursor, grid: ChunkGrid, header: number): void {
  expectArrayHead(cursor, grid);
  if (cursor.offset() !== header) throw corrupt("a block of another chunk array", cursor.address);
}

/** Whether a page of a data block has been written: bits count from the most significant of the first byte. */
export function pageIsSet(bitmap: Uint8Array, page: number): boolean {
  return (at(bitmap, page >> 3) & (0x80 >> (page & 7))) !== 0;
}
