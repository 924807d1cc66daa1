import { corrupt } from "../error.js";

const TEXT = new TextDecoder();

/** The widths of addresses and lengths, which a file's superblock chooses. */
export interface Widths {
  readonly offsetSize: number;
  readonly lengthSize: number;
}

/** Reads little-endian fields one after the other; reading past the end is a `corrupt` error, never `undefined`. */
export class Cursor {
  readonly bytes: Uint8Array;
  /** Address of the first byte, for messages. */
  readonly address: number;
  readonly widths: Widths;
  position = 0;

  constructor(bytes: Uint8Array, address: number, widths: Widths) {
    this.bytes = bytes;
    this.address = address;
    this.widths = widths;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.uint(1);
  }

  u16(): number {
    return this.uint(2);
  }

  u32(): number {
    return this.uint(4);
  }

  u64(): number {
    return this.uint(8);
  }

  /** An unsigned integer of 1 to 8 bytes. Values above 2^53 cannot be addresses or counts of a real file. */
  uint(size: number): number {
    const start = this.#advance(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (this.bytes[start + i] as number);
    if (value > Number.MAX_SAFE_INTEGER) throw corrupt("a number beyond 2^53", this.address + start);
    return value;
  }

  /** An address, or `undefined` where all its bits are set ("undefined address"). */
  offset(): number | undefined {
    return this.#unlessAllOnes(this.widths.offsetSize);
  }

  /** A length; all bits set is an error. */
  length(): number {
    return this.uint(this.widths.lengthSize);
  }

  /** A length, or `undefined` where all its bits are set ("unlimited"). */
  lengthOrUnlimited(): number | undefined {
    return this.#unlessAllOnes(this.widths.lengthSize);
  }

  skip(count: number): void {
    this.#advance(count);
  }

  /** The next `count` bytes, without a copy. */
  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  /** A cursor over the next `count` bytes. */
  sub(count: number): Cursor {
    const address = this.address + this.position;
    return new Cursor(this.take(count), address, this.widths);
  }

  text(count: number): string {
    return TEXT.decode(this.take(count));
  }

  /** Text up to a NUL, which is consumed; `align` counts the padding from the text's first byte. */
  terminatedText(align = 1): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw corrupt("a name without an end", this.address + this.position);
    const length = end - this.position;
    const text = this.text(length);
    this.skip(Math.ceil((length + 1) / align) * align - length);
    return text;
  }

  /** The four letters that a structure begins with. */
  expectSignature(signature: string): void {
    for (let i = 0; i < signature.length; i++) {
      if (this.u8() !== signature.charCodeAt(i)) throw corrupt(`"${signature}" was expected`, this.address);
    }
  }

  /** The version of a structure, which must be one of those that there are. */
  expectVersion(structure: string, ...versions: readonly number[]): number {
    const version = this.u8();
    if (!versions.includes(version))
      throw corrupt(`version ${version} of ${structure} does not exist`, this.address);
    return version;
  }

  #unlessAllOnes(size: number): number | undefined {
    for (let i = 0; i < size; i++) {
      if (this.bytes[this.position + i] !== 0xff) return this.uint(size);
    }
    this.#advance(size);
    return undefined;
  }

  #advance(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) {
      throw corrupt(`a structure ends early: ${count} more bytes were expected`, this.address + start);
    }
    this.position = start + count;
    return start;
  }
}
