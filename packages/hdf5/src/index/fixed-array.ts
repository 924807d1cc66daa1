import { corrupt } from "../error.js";
import type { Metadata } from "../format/metadata.js";
import { arrayEntries, expectArrayHead, expectBlockHead, pageIsSet } from "./array-entries.js";
import type { ChunkGrid, StoredChunk } from "./grid.js";

/** Chunks of a fixed array: datasets whose dimensions are all limited. Long arrays are cut into pages. */
export async function readFixedArray(
  metadata: Metadata,
  grid: ChunkGrid,
  address: number,
): Promise<readonly StoredChunk[]> {
  const { offsetSize, lengthSize } = metadata.widths;
  const head = await metadata.checked(address, 12 + lengthSize + offsetSize, "FAHD");
  expectArrayHead(head, grid);
  const entries = arrayEntries(metadata, grid, head.u8(), address);
  const pageBits = head.u8();
  const count = head.length();
  const block = head.offset();
  if (block === undefined) return [];
  if (count * entries.entryBytes > metadata.room(block))
    throw corrupt(`a chunk array of ${count} entries`, address);

  const prefix = 6 + offsetSize;
  const perPage = 2 ** pageBits;
  if (count <= perPage) {
    const cursor = await metadata.checked(block, prefix + count * entries.entryBytes + 4, "FADB");
    expectBlockHead(cursor, grid, address);
    entries.collect(cursor, 0, count);
    return entries.chunks;
  }

  const pages = Math.ceil(count / perPage);
  const cursor = await metadata.checked(block, prefix + Math.ceil(pages / 8) + 4, "FADB");
  expectBlockHead(cursor, grid, address);
  const bitmap = cursor.take(Math.ceil(pages / 8));
  const firstPage = block + cursor.bytes.length + 4;
  const pageBytes = perPage * entries.entryBytes + 4;
  for (let page = 0; page < pages; page++) {
    if (!pageIsSet(bitmap, page)) continue;
    const inPage = Math.min(perPage, count - page * perPage);
    const bytes = await metadata.checked(firstPage + page * pageBytes, inPage * entries.entryBytes + 4, "");
    entries.collect(bytes, page * perPage, inPage);
  }
  return entries.chunks;
}
