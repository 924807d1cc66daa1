import { corrupt } from "../error.js";
import type { Metadata } from "../format/metadata.js";
import {
  type ArrayEntries,
  arrayEntries,
  expectArrayHead,
  expectBlockHead,
  pageIsSet,
} from "./array-entries.js";
import type { ChunkGrid, StoredChunk } from "./grid.js";

interface ArrayHeader {
  readonly address: number;
  readonly entries: ArrayEntries;
  /** Bytes of a block's offset in the array. */
  readonly offsetBytes: number;
  readonly minBlockEntries: number;
  readonly entriesPerPage: number;
  /** Entries that have been set: what comes behind is not read. */
  readonly used: number;
}

/** Data blocks come in groups: group g has 2^floor(g/2) blocks of min * 2^ceil(g/2) entries. */
interface BlockGroup {
  readonly first: number;
  readonly blocks: number;
  readonly entriesPerBlock: number;
}

/**
 * Chunks of an extensible array: datasets with one unlimited dimension. The index block holds the first entries itself,
 * then the addresses of the first groups' data blocks, then those of super blocks, each with one group's.
 */
export async function readExtensibleArray(
  metadata: Metadata,
  grid: ChunkGrid,
  address: number,
): Promise<readonly StoredChunk[]> {
  const { offsetSize, lengthSize } = metadata.widths;
  const head = await metadata.checked(address, 16 + 6 * lengthSize + offsetSize, "EAHD");
  expectArrayHead(head, grid);
  const entries = arrayEntries(metadata, grid, head.u8(), address);
  const maxBits = head.u8();
  const indexEntries = head.u8();
  const minBlockEntries = head.u8();
  const minPointers = head.u8();
  const pageBits = head.u8();
  head.skip(4 * lengthSize); // counts and sizes of super and data blocks
  const used = head.length();
  head.skip(lengthSize); // entries for which there is room
  const indexBlock = head.offset();
  if (indexBlock === undefined) return [];
  if (!isPowerOf2(minBlockEntries) || !isPowerOf2(minPointers) || minPointers < 2 || maxBits > 64) {
    throw corrupt("an extensible array with impossible block sizes", address);
  }
  const array = {
    address,
    entries,
    offsetBytes: Math.ceil(maxBits / 8),
    minBlockEntries,
    entriesPerPage: 2 ** pageBits,
    used,
  };

  const groups = 1 + maxBits - Math.log2(minBlockEntries);
  const directGroups = 2 * Math.log2(minPointers);
  const directBlocks = 2 * (minPointers - 1);
  const superBlocks = Math.max(0, groups - directGroups);
  const prefix = 6 + offsetSize;
  const bytes = prefix + indexEntries * entries.entryBytes + (directBlocks + superBlocks) * offsetSize + 4;
  const index = await metadata.checked(indexBlock, bytes, "EAIB");
  expectBlockHead(index, grid, address);
  entries.collect(index, 0, indexEntries);

  let first = indexEntries;
  for (let g = 0; g < groups && first < used; g++) {
    const group = {
      first,
      blocks: 2 ** Math.floor(g / 2),
      entriesPerBlock: minBlockEntries * 2 ** Math.ceil(g / 2),
    };
    if (g < directGroups) {
      for (let b = 0; b < group.blocks; b++)
        await readBlock(metadata, grid, array, group, b, index.offset(), undefined);
    } else {
      const superBlock = index.offset();
      if (superBlock !== undefined) await readSuperBlock(metadata, grid, array, group, superBlock);
    }
    first += group.blocks * group.entriesPerBlock;
  }
  return entries.chunks;
}

async function readSuperBlock(
  metadata: Metadata,
  grid: ChunkGrid,
  array: ArrayHeader,
  group: BlockGroup,
  address: number,
): Promise<void> {
  const { offsetSize } = metadata.widths;
  const pages = pagesOf(array, group);
  const bitmapBytes = pages > 1 ? group.blocks * Math.ceil(pages / 8) : 0;
  const bytes = 6 + offsetSize + array.offsetBytes + bitmapBytes + group.blocks * offsetSize + 4;
  const cursor = await metadata.checked(address, bytes, "EASB");
  expectBlockHead(cursor, grid, array.address);
  cursor.skip(array.offsetBytes);
  const bitmap = cursor.take(bitmapBytes);
  for (let b = 0; b < group.blocks; b++)
    await readBlock(metadata, grid, array, group, b, cursor.offset(), bitmap);
}

async function readBlock(
  metadata: Metadata,
  grid: ChunkGrid,
  array: ArrayHeader,
  group: BlockGroup,
  block: number,
  address: number | undefined,
  bitmap: Uint8Array | undefined,
): Promise<void> {
  const { entries } = array;
  const first = group.first + block * group.entriesPerBlock;
  if (address === undefined || first >= array.used) return;
  const prefix = 6 + metadata.widths.offsetSize + array.offsetBytes;
  const pages = pagesOf(array, group);
  if (pages === 1) {
    const cursor = await metadata.checked(
      address,
      prefix + group.entriesPerBlock * entries.entryBytes + 4,
      "EADB",
    );
    expectBlockHead(cursor, grid, array.address);
    cursor.skip(array.offsetBytes);
    entries.collect(cursor, first, group.entriesPerBlock);
    return;
  }
  expectBlockHead(await metadata.checked(address, prefix + 4, "EADB"), grid, array.address);
  const pageBytes = array.entriesPerPage * entries.entryBytes + 4;
  for (let page = 0; page < pages; page++) {
    const start = first + page * array.entriesPerPage;
    if (start >= array.used) break;
    if (bitmap && !pageIsSet(bitmap, block * pages + page)) continue;
    const cursor = await metadata.checked(address + prefix + 4 + page * pageBytes, pageBytes, "");
    entries.collect(cursor, start, array.entriesPerPage);
  }
}

/** Blocks with more entries than a page are paged. */
function pagesOf(array: ArrayHeader, group: BlockGroup): number {
  return Math.max(1, Math.ceil(group.entriesPerBlock / array.entriesPerPage));
}

function isPowerOf2(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
