import type { ByteCache } from "./cache.js";
import { lookup3 } from "./checksum.js";
import { Cursor, type Widths } from "./cursor.js";
import { corrupt, Hdf5Error } from "./error.js";

/** No structure of the file's metadata is larger than this; a length beyond it is a broken field. */
const MAX_STRUCTURE_BYTES = 64 * 1024 * 1024;

/** The file's metadata: structures at addresses, which count from the base address. */
export class Metadata {
  readonly cache: ByteCache;
  readonly base: number;
  readonly widths: Widths;

  constructor(cache: ByteCache, base: number, widths: Widths) {
    this.cache = cache;
    this.base = base;
    this.widths = widths;
  }

  /** Bytes from `address` to the end of the file. */
  room(address: number): number {
    return this.cache.size - this.base - address;
  }

  cursor(bytes: Uint8Array, address: number): Cursor {
    return new Cursor(bytes, address, this.widths);
  }

  async read(address: number, length: number): Promise<Cursor> {
    if (length > MAX_STRUCTURE_BYTES) {
      throw new Hdf5Error("too-large", `a metadata structure of ${length} bytes`, { address });
    }
    if (length > this.room(address))
      throw corrupt(`${length} bytes reach beyond the end of the file`, address);
    return this.cursor(await this.cache.read(this.base + address, length), address);
  }

  /** A structure of `length` bytes whose last four are its checksum; the cursor stands after the signature. */
  async checked(address: number, length: number, signature: string): Promise<Cursor> {
    const { bytes } = await this.read(address, length);
    return this.verify(bytes, address, signature);
  }

  /** As {@link checked}, of bytes that are here already. */
  verify(bytes: Uint8Array, address: number, signature: string): Cursor {
    const cursor = this.cursor(bytes.subarray(0, bytes.length - 4), address);
    expectSignature(cursor, signature);
    const stored = this.cursor(bytes.subarray(-4), address + bytes.length - 4).u32();
    if (stored !== lookup3(cursor.bytes))
      throw corrupt(`the checksum of "${signature}" does not match`, address);
    return cursor;
  }
}

export function expectSignature(cursor: Cursor, signature: string): void {
  for (let i = 0; i < signature.length; i++) {
    if (cursor.u8() !== signature.charCodeAt(i)) throw corrupt(`"${signature}" was expected`, cursor.address);
  }
}

export function expectVersion(cursor: Cursor, structure: string, ...versions: readonly number[]): number {
  const version = cursor.u8();
  if (!versions.includes(version))
    throw corrupt(`version ${version} of ${structure} does not exist`, cursor.address);
  return version;
}
