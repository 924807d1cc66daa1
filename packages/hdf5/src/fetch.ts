import type { ByteCache } from "./cache.js";
import { Hdf5Error } from "./error.js";
import { coalesce, type Piece, type PlannedRead } from "./plan.js";
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
  const missing: Piece[] = [];
  const work: Promise<void>[] = [];
  for (const piece of pieces) {
    const held = cache.peek(piece.offset, piece.length);
    if (held) work.push(held.then((bytes) => decode(piece, bytes)));
    else missing.push(piece);
  }
  for (const read of coalesce(missing)) {
    work.push(
      cache.limit(read.length, async () => {
        signal.throwIfAborted();
        decodeRead(read, await cache.source.read(read.offset, read.length, { signal }), decode);
      }),
    );
  }
  try {
    await Promise.all(work);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(work);
    throw error;
  }
}

function decodeRead(
  { offset, length, pieces }: PlannedRead,
  bytes: Uint8Array,
  decode: (piece: Piece, bytes: Uint8Array) => void,
): void {
  if (bytes.length !== length) {
    throw new Hdf5Error("truncated", `the source gave ${bytes.length} of ${length} bytes`, {
      address: offset,
    });
  }
  for (const piece of pieces) {
    const start = piece.offset - offset;
    decode(piece, bytes.subarray(start, start + piece.length));
  }
}
