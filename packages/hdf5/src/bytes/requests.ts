import { Hdf5Error } from "../error.js";
import { fileLimiter, type Limiter } from "./limiter.js";
import type { ByteSource, ReadOptions } from "./source.js";

/** Requests of up to so many bytes are for metadata, which others wait for. */
const SMALL_BYTES = 64 * 1024;

/** The only way to one file's source: keeps to the limits in flight, and checks what comes. */
export class Requests {
  readonly #source: ByteSource;
  readonly #limit: Limiter = fileLimiter(SMALL_BYTES);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Bytes `start` to `end`, which is not included, in one request. */
  read(start: number, end: number, options: ReadOptions): Promise<Uint8Array> {
    const length = end - start;
    return this.#limit(length, async () =>
      exactly(await this.#source.read(start, length, options), start, length),
    );
  }

  /** Length of the object, in a request of its own where the source needs one. */
  size(): Promise<number> {
    return this.#source.size();
  }

  /** The first `length` bytes, fewer where the object is shorter, and its length; nothing where the source cannot tell. */
  async readWithSize(
    length: number,
    options: ReadOptions,
  ): Promise<{ readonly bytes: Uint8Array; readonly size: number } | undefined> {
    const { readFront } = this.#source;
    if (!readFront) return undefined;
    const { bytes, size } = await this.#limit(length, () => readFront.call(this.#source, length, options));
    return { bytes: exactly(bytes, 0, Math.min(size, length)), size };
  }

  /** Gives buffers back into which nobody looks any more. */
  free(buffers: readonly Uint8Array[]): void {
    if (buffers.length > 0) this.#source.free?.(buffers);
  }
}

function exactly(bytes: Uint8Array, start: number, length: number): Uint8Array {
  // A Buffer's slice() would not copy.
  if (bytes.length === length) return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  const problem = `the source gave ${bytes.length} of ${length} bytes`;
  throw new Hdf5Error("truncated", problem, { address: start });
}
