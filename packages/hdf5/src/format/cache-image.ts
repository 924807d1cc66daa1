import { at } from "../at.js";
import { corrupt } from "../error.js";

/** A piece of metadata that lies in the image in place of where it belongs. */
export interface ImageEntry {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * The metadata cache image: a writer may leave what it held of the metadata in one block when it closes the file, so
 * that the next one finds them at once. Where they belong, the file then holds something older, or nothing.
 */
export class CacheImage {
  /** By address, none reaching into the next. */
  readonly #entries: readonly ImageEntry[];

  constructor(entries: readonly ImageEntry[]) {
    this.#entries = [...entries].sort((a, b) => a.address - b.address);
    this.#entries.forEach(({ address }, i) => {
      const before = this.#entries[i - 1];
      if (before && before.address + before.bytes.length > address)
        throw corrupt("two entries of the metadata cache image for one place", address);
    });
  }

  /** These bytes, if one entry holds all of them. */
  whole(address: number, length: number): Uint8Array | undefined {
    const entry = this.#entries[this.#after(address) - 1];
    const start = entry ? address - entry.address : 0;
    return entry && start + length <= entry.bytes.length
      ? entry.bytes.subarray(start, start + length)
      : undefined;
  }

  /** The bytes that the file holds at `address`, with the entries laid over them. */
  over(address: number, bytes: Uint8Array): Uint8Array {
    const end = address + bytes.length;
    let out = bytes;
    for (let i = Math.max(0, this.#after(address) - 1); i < this.#entries.length; i++) {
      const entry = at(this.#entries, i);
      if (entry.address >= end) break;
      const start = Math.max(address, entry.address);
      const part = entry.bytes.subarray(start - entry.address, end - entry.address);
      if (part.length === 0) continue;
      if (out === bytes) out = new Uint8Array(bytes);
      out.set(part, start - address);
    }
    return out;
  }

  /** Index of the first entry that begins behind `address`. */
  #after(address: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.#entries, middle).address <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
