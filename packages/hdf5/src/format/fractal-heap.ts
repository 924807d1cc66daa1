import { at } from "../at.js";
import { lookup3 } from "../bytes/checksum.js";
import type { Cursor } from "../bytes/cursor.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import { remember } from "../remember.js";
import { readRecords } from "./btree-v2.js";
import type { Metadata } from "./metadata.js";

/** Objects of a fractal heap by their heap id: the messages of dense links and attributes. */
export interface FractalHeap {
  read(id: Uint8Array): Promise<Cursor>;
}

/** Doubling table and widths of a heap, from its header. */
interface Table {
  readonly address: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  readonly checksummed: boolean;
  readonly root: number | undefined;
  readonly rootRows: number;
}

interface Block {
  readonly address: number;
  readonly size: number;
  /** Position of the block in the heap's address space. */
  readonly start: number;
}

const MANAGED = 0;
const HUGE = 1;
const TINY = 2;
/** Flag of the header: direct blocks carry a checksum. */
const CHECKSUMMED = 0b10;
const HUGE_BY_ID_RECORD = 1;

export async function openFractalHeap(metadata: Metadata, address: number): Promise<FractalHeap> {
  const { offsetSize, lengthSize } = metadata.widths;
  const head = await metadata
    .checked(address, 26 + 12 * lengthSize + 3 * offsetSize, "FRHP")
    .catch(async (error) => {
      // A heap with filters has a longer header, and then the checksum lies elsewhere.
      const plain = await metadata.read(address, 9);
      plain.skip(7);
      throw plain.u16() > 0 ? new Hdf5UnsupportedError("a filtered fractal heap", { address }) : error;
    });
  head.expectVersion("a fractal heap", 0);
  const idBytes = head.u16();
  head.skip(2); // length of the filters' description, 0 here
  const flags = head.u8();
  const maxManaged = head.u32();
  head.length(); // next id of a huge object
  const hugeTree = head.offset();
  head.skip(lengthSize + offsetSize + 8 * lengthSize); // free space, and counts of everything
  const width = head.u16();
  const startSize = head.length();
  const maxDirectSize = head.length();
  const heapBits = head.u16();
  head.skip(2); // rows a new root starts with
  const root = head.offset();
  const rootRows = head.u16();
  if (
    !isPowerOf2(startSize) ||
    !isPowerOf2(maxDirectSize) ||
    maxDirectSize < startSize ||
    !isPowerOf2(width)
  ) {
    throw corrupt(
      `a fractal heap of blocks from ${startSize} to ${maxDirectSize} bytes, ${width} a row`,
      address,
    );
  }
  if (heapBits > 64 || maxManaged === 0) throw corrupt("a fractal heap without a size", address);
  const table: Table = {
    address,
    offsetBytes: Math.ceil(heapBits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(maxDirectSize) / 8), Math.floor(Math.log2(maxManaged) / 8) + 1),
    width,
    startSize,
    maxDirectSize,
    checksummed: (flags & CHECKSUMMED) !== 0,
    root,
    rootRows,
  };
  // Blocks are verified once, however many of their objects are read.
  const blocks = new Map<number, () => Promise<Uint8Array>>();

  return {
    async read(id) {
      if (id.length < idBytes) throw corrupt(`a heap id of ${id.length} bytes`, address);
      const cursor = metadata.cursor(id, address);
      const kind = (cursor.u8() >> 4) & 3;
      if (kind === MANAGED) return readManaged(metadata, table, blocks, cursor);
      if (kind === TINY) return readTiny(metadata, id, idBytes, address);
      if (kind === HUGE) return readHuge(metadata, idBytes, hugeTree, cursor);
      throw corrupt("an unknown kind of heap object", address);
    },
  };
}

async function readManaged(
  metadata: Metadata,
  table: Table,
  blocks: Map<number, () => Promise<Uint8Array>>,
  id: Cursor,
): Promise<Cursor> {
  const offset = id.uint(table.offsetBytes);
  const length = id.uint(table.lengthBytes);
  const block = await findBlock(metadata, table, offset);
  if (offset + length > block.start + block.size)
    throw corrupt("a heap object reaches out of its block", block.address);
  let bytes = blocks.get(block.address);
  if (!bytes) {
    bytes = remember(() => readDirectBlock(metadata, table, block));
    blocks.set(block.address, bytes);
  }
  const at = offset - block.start;
  return metadata.cursor((await bytes()).subarray(at, at + length), block.address + at);
}

/**
 * The direct block that holds `offset` of the heap's address space. Rows 0 and 1 of the doubling table have blocks of
 * the starting size, every further row blocks twice as large; rows beyond the largest direct size lead to indirect
 * blocks, which hold a table of their own.
 */
async function findBlock(metadata: Metadata, table: Table, offset: number): Promise<Block> {
  if (table.root === undefined) throw corrupt("a heap object in an empty heap", table.address);
  if (table.rootRows === 0) return { address: table.root, size: table.startSize, start: 0 };
  const directRows = Math.log2(table.maxDirectSize / table.startSize) + 2;
  let address = table.root;
  let rows = table.rootRows;
  let start = 0;
  for (;;) {
    const relative = offset - start;
    const rowZero = table.width * table.startSize;
    const row = relative < rowZero ? 0 : Math.floor(Math.log2(relative / rowZero)) + 1;
    if (row >= rows) throw corrupt("a heap object beyond the heap's blocks", address);
    const size = table.startSize * 2 ** Math.max(0, row - 1);
    const rowStart = row === 0 ? 0 : rowZero * 2 ** (row - 1);
    const column = Math.floor((relative - rowStart) / size);
    const child = await childOf(
      metadata,
      table,
      { address, size: 0, start },
      rows,
      row * table.width + column,
    );
    start += rowStart + column * size;
    if (row < directRows) return { address: child, size, start };
    address = child;
    rows = Math.log2(size / rowZero) + 1;
    if (rows < 1 || rows > 64) throw corrupt(`an indirect heap block of ${rows} rows`, address);
  }
}

async function childOf(
  metadata: Metadata,
  table: Table,
  block: Block,
  rows: number,
  index: number,
): Promise<number> {
  const { offsetSize } = metadata.widths;
  const head = 5 + offsetSize + table.offsetBytes;
  const cursor = await metadata.checked(block.address, head + rows * table.width * offsetSize + 4, "FHIB");
  expectBlockHead(cursor, table, block);
  cursor.skip(index * offsetSize);
  const child = cursor.offset();
  if (child === undefined) throw corrupt("a heap object in a block that does not exist", block.address);
  return child;
}

async function readDirectBlock(metadata: Metadata, table: Table, block: Block): Promise<Uint8Array> {
  const cursor = await metadata.read(block.address, block.size);
  cursor.expectSignature("FHDB");
  expectBlockHead(cursor, table, block);
  if (table.checksummed) {
    const at = cursor.position;
    const stored = cursor.u32();
    // The checksum lies among the bytes that it covers, as zero.
    const bytes = cursor.bytes.slice();
    bytes.fill(0, at, at + 4);
    if (lookup3(bytes) !== stored) throw corrupt('the checksum of "FHDB" does not match', block.address);
  }
  return cursor.bytes;
}

function expectBlockHead(cursor: Cursor, table: Table, block: Block): void {
  cursor.expectVersion("a heap block", 0);
  if (cursor.offset() !== table.address) throw corrupt("a heap block of another heap", block.address);
  if (cursor.uint(table.offsetBytes) !== block.start)
    throw corrupt("a heap block in the wrong place", block.address);
}

function readTiny(metadata: Metadata, id: Uint8Array, idBytes: number, address: number): Cursor {
  const extended = idBytes - 1 > 16;
  const first = at(id, 0);
  const length = (extended ? ((first & 15) << 8) | at(id, 1) : first & 15) + 1;
  const start = extended ? 2 : 1;
  if (start + length > id.length) throw corrupt("a tiny heap object reaches out of its id", address);
  return metadata.cursor(id.subarray(start, start + length), address);
}

async function readHuge(
  metadata: Metadata,
  idBytes: number,
  tree: number | undefined,
  id: Cursor,
): Promise<Cursor> {
  const { offsetSize, lengthSize } = metadata.widths;
  if (idBytes >= 1 + offsetSize + lengthSize) return readAt(metadata, id);
  const wanted = id.uint(Math.min(idBytes - 1, lengthSize));
  if (tree === undefined) throw corrupt("a huge heap object without an index", id.address);
  const [record] = await readRecords(metadata, tree, HUGE_BY_ID_RECORD, (cursor) => {
    cursor.skip(offsetSize + lengthSize);
    return cursor.length() - wanted;
  });
  if (!record) throw corrupt("a huge heap object that its index does not know", tree);
  return readAt(metadata, record);
}

async function readAt(metadata: Metadata, place: Cursor): Promise<Cursor> {
  const address = place.offset();
  if (address === undefined) throw corrupt("a huge heap object without an address", place.address);
  return metadata.read(address, place.length());
}

function isPowerOf2(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
