import { type ByteCache, Lease } from "./cache.js";
import { coalesce, type Piece, type PlannedRead } from "./plan.js";
import type { ReadOptions } from "./source.js";

/**
 * Brings the bytes of all pieces and hands them to `decode` as they arrive; what the cache holds is not fetched again.
 * A read's buffer is freed as soon as its pieces are decoded, or, where there is a `lease`, when that is given back.
 * After the first failure no further read starts.
 */
export async function fetchPieces(
  cache: ByteCache,
  pieces: readonly Piece[],
  options: ReadOptions,
  lease: Lease | undefined,
  decode: (piece: Piece, bytes: Uint8Array) => void,
): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  // What the cache holds is not drawn into a request by its neighbours. Chunks may be tiny and many: what is here
  // already costs no promise each.
  const here: Piece[] = [];
  const coming: PlannedRead[] = [];
  const missing: Piece[] = [];
  for (const piece of pieces) {
    const { offset, length } = piece;
    if (cache.loaded(offset, length)) here.push(piece);
    else if (cache.covers(offset, length)) coming.push({ offset, length, pieces: [piece] });
    else missing.push(piece);
  }
  const work = [...coming, ...coalesce(missing)].map(async ({ offset, length, pieces }) => {
    signal.throwIfAborted();
    const own = lease ?? new Lease();
    const bytes = await cache.readOnce(offset, length, own, { signal });
    for (const piece of pieces) {
      const start = piece.offset - offset;
      decode(piece, bytes.subarray(start, start + piece.length));
    }
    if (own !== lease) cache.giveBack(own);
  });
  try {
    for (const piece of here) decode(piece, cache.loaded(piece.offset, piece.length, lease) as Uint8Array);
    await Promise.all(work);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(work);
    throw error;
  }
}
