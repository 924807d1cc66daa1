import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { StorageError } from "../errors.js";
import { openFile } from "../local/open-file.js";

/** What is kept or fetched at once. Small beside a granule, large beside a round trip. */
export const CACHE_BLOCK_BYTES = 64 * 1024;

/**
 * The blocks of one version of one object, in a sparse file: a table of one checksum for each block (0: not
 * here), then the blocks at their places. Any number of threads and processes may read and write it without
 * locks: a block counts only if its checksum fits, and the checksum is written after the block.
 */
export class CacheFile {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #tableBytes: number;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
    this.#tableBytes = 4 * Math.ceil(size / CACHE_BLOCK_BYTES);
  }

  /** `size`: of the object, in bytes. */
  static async open(path: string, size: number): Promise<CacheFile> {
    const { handle } = await openFile(path, "r+").catch((error) => {
      if (error instanceof StorageError) throw error;
      return openFile(path, "w+");
    });
    return new CacheFile(handle, size);
  }

  /** Length of block `index`: the last one is short. */
  length(index: number): number {
    return Math.min(CACHE_BLOCK_BYTES, this.#size - index * CACHE_BLOCK_BYTES);
  }

  /** Blocks `first` to `last`; undefined for each that is not here or not whole. */
  async read(first: number, last: number): Promise<(Uint8Array | undefined)[]> {
    const table = await this.#bytes(4 * first, 4 * (last - first + 1));
    const sums = new DataView(table.buffer);
    const blocks: (Uint8Array | undefined)[] = [];
    for (let index = first; index <= last; index++) {
      const sum = sums.getUint32(4 * (index - first), true);
      const bytes = sum === 0 ? undefined : await this.#bytes(this.#place(index), this.length(index));
      blocks.push(bytes !== undefined && checksum(bytes) === sum ? bytes : undefined);
    }
    return blocks;
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.length, this.#place(index));
    const sum = new DataView(new ArrayBuffer(4));
    sum.setUint32(0, checksum(bytes), true);
    await this.#handle.write(new Uint8Array(sum.buffer), 0, 4, 4 * index);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #place(index: number): number {
    return this.#tableBytes + index * CACHE_BLOCK_BYTES;
  }

  /** Zeros where the file ends. */
  async #bytes(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes;
  }
}

/** CRC-32, with 0 kept for "not here". */
function checksum(bytes: Uint8Array): number {
  return crc32(bytes) || 1;
}
