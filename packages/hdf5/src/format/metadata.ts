import { lookup3 } from "../bytes/checksum.js";
import { Cursor, type Widths } from "../bytes/cursor.js";
import type { MetadataLines } from "../bytes/metadata-lines.js";
import { corrupt, Hdf5Error } from "../error.js";
import type { CacheImage } from "./cache-image.js";

/** No structure of the file's metadata is larger than this; a length beyond it is a broken field. */
const MAX_STRUCTURE_BYTES = 64 * 1024 * 1024;

/** The file's metadata: structures at addresses, which count from the base address. */
export class Metadata {
  readonly lines: MetadataLines;
  readonly base: number;
  readonly widths: Widths;
  readonly #image: CacheImage | undefined;

  constructor(lines: MetadataLines, base: number, widths: Widths, image?: CacheImage) {
    this.lines = lines;
    this.base = base;
    this.widths = widths;
    this.#image = image;
  }

  /** Bytes from `address` to the end of the file. */
  room(address: number): number {
    return this.lines.size - this.base - address;
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
    const kept = this.#image?.whole(address, length);
    const bytes = kept ?? (await this.lines.read(this.base + address, length));
    return this.cursor(kept || !this.#image ? bytes : this.#image.over(address, bytes), address);
  }

  /** A structure of `length` bytes whose last four are its checksum; the cursor stands after the signature. */
  async checked(address: number, length: number, signature: string): Promise<Cursor> {
    const { bytes } = await this.read(address, length);
    return this.verify(bytes, address, signature);
  }

  /** As {@link checked}, of bytes that are here already. */
  verify(bytes: Uint8Array, address: number, signature: string): Cursor {
    const cursor = this.cursor(bytes.subarray(0, bytes.length - 4), address);
    cursor.expectSignature(signature);
    const stored = this.cursor(bytes.subarray(-4), address + bytes.length - 4).u32();
    if (stored !== lookup3(cursor.bytes))
      throw corrupt(`the checksum of "${signature}" does not match`, address);
    return cursor;
  }
}
