import { lookup3 } from "../bytes/checksum.js";
import { Cursor, type Widths } from "../bytes/cursor.js";
import type { MetadataLines } from "../bytes/metadata-lines.js";
import { corrupt, Hdf5Error } from "../error.js";

export interface Superblock extends Widths {
  readonly version: 0 | 1 | 2 | 3;
  /** What addresses count from: where the superblock lies, behind the user block if there is one. */
  readonly base: number;
  /** Address of the root group's object header. */
  readonly root: number;
  /** Address of the superblock extension's object header; since version 2. */
  readonly extension?: number | undefined;
  /** Address of the driver information; before version 2. */
  readonly driver?: number | undefined;
  /** Checks that `size` bytes are the whole file: gives the error if they are not. */
  missing(size: number): Hdf5Error | undefined;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Longer than any superblock: version 1 with 8-byte addresses takes 100 bytes. */
const MAX_BYTES = 128;
/** Consistency flags of version 3: opened for writing, or for single-writer-multiple-readers, and never closed. */
const OPEN_FOR_WRITING = 0b101;

/** Finds and reads the superblock, which lies at 0 or, behind a user block, at 512, 1024, 2048, … */
export async function readSuperblock(lines: MetadataLines): Promise<Superblock> {
  for (let at = 0; at + SIGNATURE.length <= lines.size; at = at === 0 ? 512 : at * 2) {
    const bytes = await lines.read(at, Math.min(MAX_BYTES, lines.size - at));
    if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return parse(bytes, at);
  }
  throw new Hdf5Error("not-hdf5", "no HDF5 signature: this is not an HDF5 file");
}

function parse(bytes: Uint8Array, at: number): Superblock {
  const start = new Cursor(bytes, 0, { offsetSize: 8, lengthSize: 8 });
  start.skip(SIGNATURE.length);
  const version = start.u8();
  if (version !== 0 && version !== 1 && version !== 2 && version !== 3) {
    throw corrupt(`superblock version ${version} does not exist`, 0);
  }
  const old = version < 2;
  if (old) start.skip(4);
  const widths = { offsetSize: start.u8(), lengthSize: start.u8() };
  for (const width of [widths.offsetSize, widths.lengthSize]) {
    if (width !== 2 && width !== 4 && width !== 8) throw corrupt(`addresses or lengths of ${width} bytes`, 0);
  }
  const cursor = new Cursor(bytes, 0, widths);
  cursor.skip(start.position);
  const { base, end, ...fields } = old ? oldFields(cursor, version) : newFields(cursor, version, bytes);
  // A file that was put behind a longer or shorter user block keeps its old base address: the place of the
  // superblock counts.
  const missing = (size: number) => {
    const length = end() + at - base;
    if (length <= size) return undefined;
    const problem = `the file should be ${length} bytes long and is ${size}: it is cut off, or one file of several`;
    return new Hdf5Error("truncated", problem);
  };
  return { version, ...widths, base: at, ...fields, missing };
}

interface Fields extends Pick<Superblock, "root" | "extension" | "driver"> {
  readonly base: number;
  /** Parsed late: a file in several parts may name an end beyond 2^53. */
  readonly end: () => number;
}

function oldFields(cursor: Cursor, version: number): Fields {
  cursor.skip(1 + 2 + 2 + 4); // reserved, K of group leaves and nodes (the nodes say their size), flags
  if (version === 1) cursor.skip(4); // K of chunk trees, reserved
  const base = defined(cursor.offset(), "base address");
  cursor.offset(); // free space
  const end = endOfFile(cursor);
  const driver = cursor.offset();
  cursor.offset(); // link name of the root entry
  return { base, end, driver, root: defined(cursor.offset(), "root group") };
}

function newFields(cursor: Cursor, version: number, bytes: Uint8Array): Fields {
  const flags = cursor.u8();
  const base = defined(cursor.offset(), "base address");
  const extension = cursor.offset();
  const end = endOfFile(cursor);
  const root = defined(cursor.offset(), "root group");
  const checked = bytes.subarray(0, cursor.position);
  if (cursor.u32() !== lookup3(checked)) throw corrupt("the checksum of the superblock does not match", 0);
  if (version === 3 && (flags & OPEN_FOR_WRITING) !== 0) {
    throw corrupt("the file is marked as open for writing: its writer never closed it", 0);
  }
  return { base, end, root, extension };
}

function endOfFile(cursor: Cursor): () => number {
  const field = cursor.sub(cursor.widths.offsetSize);
  return () => defined(field.offset(), "end of file");
}

function defined(address: number | undefined, what: string): number {
  if (address === undefined) throw corrupt(`the superblock has no ${what}`, 0);
  return address;
}
