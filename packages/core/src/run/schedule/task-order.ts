/** Weight of one shard, e.g. the bytes of its granules. */
export interface Weighted {
  readonly index: number;
  readonly weight: number;
}

/**
 * The order in which shards are handed out: longest first, so that no long one is left alone at the end, but
 * shuffled among those of similar weight (a factor of two), so that neighbours in the store's key space do not
 * start together. The shuffle is seeded: the same shards come in the same order.
 */
export function taskOrder(shards: readonly Weighted[]): number[] {
  return shards
    .map(({ index, weight }) => ({
      index,
      size: Math.floor(Math.log2(Math.max(weight, 1))),
      key: scramble(index),
    }))
    .sort((a, b) => b.size - a.size || a.key - b.key)
    .map(({ index }) => index);
}

/** A fixed permutation of the 32-bit integers (the finalizer of MurmurHash3, public domain). */
function scramble(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
