import type { Cursor } from "../bytes/cursor.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import { MessageType, WAS_UNKNOWN } from "../messages/message.js";
import type { Metadata } from "./metadata.js";
import { readObjectHeader } from "./object-header.js";
import type { Superblock } from "./superblock.js";

/** What a file tells of itself beside its superblock. */
export interface Extension {
  /** The table of shared messages: its address, and the number of its indexes. */
  readonly sharedTable?: { readonly address: number; readonly indexes: number };
  /** The block with the metadata cache image. */
  readonly cacheImage?: { readonly address: number; readonly length: number };
}

/** Drivers that spread one file over several; the others leave no trace. */
const DRIVERS: Readonly<Record<string, string>> = {
  NCSAfami: "a file in several parts of one size (the family driver)",
  NCSAmult: "a file in several parts by kind of data (the multi or split driver)",
};

/**
 * Reads the superblock extension; a broken one may belong to any structure of the file, so that nothing is read then.
 *
 * @throws {Hdf5UnsupportedError} for a file whose driver put parts of it into other files.
 */
export async function readExtension(metadata: Metadata, superblock: Superblock): Promise<Extension> {
  const { driver, extension: address } = superblock;
  if (driver !== undefined) expectOneFile(await readDriverBlock(metadata, driver));
  if (address === undefined) return {};
  const extension: { -readonly [K in keyof Extension]: Extension[K] } = {};
  for (const { type, flags, bytes, address: at } of await readObjectHeader(metadata, address)) {
    const cursor = metadata.cursor(bytes, at);
    if (type === MessageType.driverInfo) expectOneFile(parseDriver(cursor));
    else if (type === MessageType.treeSizes) parseTreeSizes(cursor);
    else if (type === MessageType.freeSpace && (flags & WAS_UNKNOWN) === 0) parseFreeSpace(cursor);
    else if (type === MessageType.sharedTable) extension.sharedTable = parseSharedTable(cursor);
    else if (type === MessageType.cacheImage) {
      const image = parseCacheImage(cursor);
      if (image) extension.cacheImage = image;
    }
  }
  return extension;
}

function expectOneFile(driver: string): void {
  const feature = DRIVERS[driver];
  if (feature !== undefined) throw new Hdf5UnsupportedError(feature);
}

async function readDriverBlock(metadata: Metadata, address: number): Promise<string> {
  const cursor = await metadata.read(address, 16);
  cursor.expectVersion("driver information", 0);
  cursor.skip(3 + 4); // reserved, length of what the driver itself wrote
  return cursor.text(8);
}

function parseDriver(cursor: Cursor): string {
  cursor.expectVersion("driver information", 0);
  const name = cursor.text(8);
  cursor.skip(cursor.u16());
  return name;
}

/** Sizes of nodes, which the nodes say themselves. */
function parseTreeSizes(cursor: Cursor): void {
  cursor.expectVersion("the sizes of B-trees", 0);
  cursor.skip(3 * 2);
}

/** How a writer finds free space: of no use here, but it must be whole. Version 0 is that of HDF5 1.10's first drafts. */
function parseFreeSpace(cursor: Cursor): void {
  const { offsetSize, lengthSize } = cursor.widths;
  const version = cursor.expectVersion("file space information", 0, 1);
  const strategy = cursor.u8();
  if (version === 0) {
    cursor.skip(lengthSize + (strategy === 1 ? 6 * offsetSize : 0));
  } else {
    const persists = cursor.u8() !== 0;
    cursor.skip(2 * lengthSize + 2 + offsetSize + (persists ? 12 * offsetSize : 0));
  }
}

function parseSharedTable(cursor: Cursor): NonNullable<Extension["sharedTable"]> {
  cursor.expectVersion("the table of shared messages", 0);
  const address = cursor.offset();
  const indexes = cursor.u8();
  if (address === undefined || indexes === 0 || indexes > 8)
    throw corrupt(`a table of ${indexes} indexes of shared messages`, cursor.address);
  return { address, indexes };
}

function parseCacheImage(cursor: Cursor): Extension["cacheImage"] {
  cursor.expectVersion("the metadata cache image's place", 0);
  const address = cursor.offset();
  const length = cursor.length();
  return address === undefined ? undefined : { address, length };
}
