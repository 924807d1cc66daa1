import type { ByteSource } from "../bytes/source.js";

export interface Spoiling extends ByteSource {
  /** What came back, in bytes. */
  readonly bytes: { freed: number };
}

/** Gives copies, each after a while of its own, and spoils those that come back as memory is that is used again. */
export function spoiling(whole: Uint8Array, seed = 1): Spoiling {
  const bytes = { freed: 0 };
  let state = seed;
  return {
    url: "spoiled",
    bytes,
    size: async () => whole.length,
    async read(offset, length) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      for (let ticks = state >>> 26; ticks > 0; ticks--) await null;
      return whole.slice(offset, offset + length);
    },
    free(buffers) {
      for (const part of buffers) {
        if (part.length === 0) throw new Error("freed twice");
        bytes.freed += part.length;
        part.fill(0xff);
        structuredClone(part.buffer, { transfer: [part.buffer as ArrayBuffer] });
      }
    },
  };
}
