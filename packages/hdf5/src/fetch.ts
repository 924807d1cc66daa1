import type { ByteCache } from "./cache.js";
import { coalesce, type Piece } from "./plan.js";
import type { ReadOptions } from "./source.js";

/**
 * Brings the bytes of all pieces and hands them to `decode` as they arrive; what the cache holds is not fetched again.
 * A read's buffer is free as soon as its pieces are decoded. After the first failure no further read starts.
 */
export async function fetchPieces(
  cache: ByteCache,
  pieces: readonly Piece[],
  options: ReadOptions,
  decode: (piece: Piece, bytes: Uint8Array) => void,
): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  // What the cache holds is not drawn into a request by its neighbours.
  const isHeld = ({ offset, length }: Piece) => cache.covers(offset, length);
  const held = pieces.filter(isHeld);
  const missing = pieces.filter((piece) => !isHeld(piece));
  const reads = [...held.map((piece) => ({ ...piece, pieces: [piece] })), ...coalesce(missing)];
  const work = reads.map(async ({ offset, length, pieces }) => {
    signal.throwIfAborted();
    const bytes = await cache.readOnce(offset, length, { signal });
    for (const piece of pieces) {
      const start = piece.offset - offset;
      decode(piece, bytes.subarray(start, start + piece.length));
    }
  });
  try {
    await Promise.all(work);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(work);
    throw error;
  }
}
