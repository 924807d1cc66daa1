import { type ByteSource, bytesSource } from "../bytes/source.js";

export interface CountingSource extends ByteSource {
  /** Every read so far. */
  readonly reads: readonly (readonly [offset: number, length: number])[];
}

/** Counts what is read, and answers a tick later, as a network does. `padding` zeros lie behind the bytes. */
export function countingSource(bytes: Uint8Array, name: string, padding = 0): CountingSource {
  const source = bytesSource(bytes, name);
  const reads: [number, number][] = [];
  return {
    ...source,
    reads,
    size: async () => bytes.length + padding,
    read: async (offset, length, options) => {
      reads.push([offset, length]);
      await new Promise((resolve) => setTimeout(resolve, 1));
      options?.signal?.throwIfAborted();
      const whole = new Uint8Array(length);
      whole.set(await source.read(offset, length, options));
      return whole;
    },
  };
}
