import { FIRST_READ_BYTES, WHOLE_FILE_BYTES } from "./cache.js";
import { Hdf5Error } from "./error.js";
import type { ByteSource, ReadOptions } from "./source.js";

/** The beginning of a file, where most metadata are, and the length of the whole. */
export interface Front {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** Reads the front of a file, all of it where it is small: one request where the source can tell its size along. */
export async function readFront(source: ByteSource, options: ReadOptions): Promise<Front> {
  if (source.readFront === undefined) {
    const size = await source.size();
    const length = size <= WHOLE_FILE_BYTES ? size : FIRST_READ_BYTES;
    return { bytes: await readExactly(source, 0, length, options), size };
  }
  const { bytes: first, size } = await source.readFront(FIRST_READ_BYTES, options);
  checkLength(first, 0, Math.min(size, FIRST_READ_BYTES));
  if (size > WHOLE_FILE_BYTES || size === first.length) return { bytes: first, size };
  const bytes = new Uint8Array(size);
  bytes.set(first);
  bytes.set(await readExactly(source, first.length, size - first.length, options), first.length);
  return { bytes, size };
}

async function readExactly(source: ByteSource, start: number, length: number, options: ReadOptions) {
  const bytes = length === 0 ? new Uint8Array(0) : await source.read(start, length, options);
  checkLength(bytes, start, length);
  // A Buffer's slice() would not copy.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function checkLength(bytes: Uint8Array, start: number, length: number): void {
  if (bytes.length === length) return;
  const problem = `the source gave ${bytes.length} of ${length} bytes`;
  throw new Hdf5Error("truncated", problem, { address: start });
}
