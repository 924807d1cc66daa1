/** Options of one read. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/** Random access to the bytes of one immutable object: what this package needs of a file, a URL or a buffer. */
export interface ByteSource {
  /** For messages; without credentials. */
  readonly url: string;
  /** Length of the object in bytes. */
  size(): Promise<number>;
  /** Exactly `length` bytes from `offset`, or an error; never fewer. */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * The first `length` bytes, or all where there are fewer, and the length of the object: opening a file is then one
   * request. Without it `size()` is asked, then the front is read.
   */
  readFront?(
    length: number,
    options?: ReadOptions,
  ): Promise<{ readonly bytes: Uint8Array; readonly size: number }>;
  /** Takes back buffers that `read` gave: nobody looks into them any more. Absent where they are not the reader's own. */
  free?(buffers: readonly Uint8Array[]): void;
}

/**
 * A source over bytes that are in memory already: a dropped file, a small download.
 *
 * @example await bytesSource(Uint8Array.of(7, 8, 9)).read(1, 2); // => new Uint8Array([8, 9])
 */
export function bytesSource(bytes: Uint8Array, name = "memory"): ByteSource {
  return {
    url: name,
    size: async () => bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}
