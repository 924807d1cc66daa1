/// <reference types="node" />
/** A run of bytes of a file. */
export interface TouchedRange {
  readonly offset: number;
  readonly length: number;
}

/** What was done to a file. */
export interface Mutation {
  readonly kind: "bit" | "byte" | "word" | "copy" | "cut";
  readonly offset: number;
  readonly length: number;
}

/** Values that break arithmetic: none, one, the edges of signs and widths, "undefined". */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy of `bytes` with one mutation in the touched ranges; one in fifty is cut off instead. */
export function mutate(
  bytes: Uint8Array,
  touched: readonly TouchedRange[],
  random: () => number,
): { readonly bytes: Uint8Array; readonly mutation: Mutation } {
  const below = (limit: number) => Math.floor(random() * limit);
  const range = touched[below(touched.length)] ?? { offset: 0, length: bytes.length };
  const offset = Math.min(bytes.length - 1, range.offset + below(range.length));
  const dice = random();
  if (dice < 0.02)
    return {
      bytes: bytes.slice(0, offset),
      mutation: { kind: "cut", offset, length: bytes.length - offset },
    };
  const out = bytes.slice();
  if (dice < 0.4) {
    out[offset] = (out[offset] as number) ^ (1 << below(8));
    return { bytes: out, mutation: { kind: "bit", offset, length: 1 } };
  }
  if (dice < 0.65) {
    out[offset] = below(256);
    return { bytes: out, mutation: { kind: "byte", offset, length: 1 } };
  }
  const length = Math.min([1, 2, 4, 8][below(4)] as number, bytes.length - offset);
  if (dice < 0.9) {
    let value = EDGES[below(EDGES.length)] as bigint;
    for (let i = 0; i < length; i++, value >>= 8n) out[offset + i] = Number(value & 255n);
    return { bytes: out, mutation: { kind: "word", offset, length } };
  }
  const source = touched[below(touched.length)] ?? range;
  out.set(bytes.subarray(source.offset, source.offset + length), offset);
  return { bytes: out, mutation: { kind: "copy", offset, length } };
}
