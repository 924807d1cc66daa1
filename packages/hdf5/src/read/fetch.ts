import type { Extents } from "../bytes/extents.js";
import { Lease } from "../bytes/lease.js";
import { readOnce } from "../bytes/read-once.js";
import type { ReadOptions } from "../bytes/source.js";
import { coalesce, type PlannedRead, type Stretch } from "./coalesce.js";

/**
 * Brings the bytes of all pieces and hands them to `decode` as they arrive; what is here already is not fetched again.
 * A read's buffer is freed as soon as its pieces are decoded, or, where there is a `lease`, when that is given back.
 * After the first failure no further read starts.
 */
export async function fetchPieces<P extends Stretch>(
  extents: Extents,
  pieces: readonly P[],
  options: ReadOptions,
  lease: Lease | undefined,
  decode: (piece: P, bytes: Uint8Array) => void,
): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  // What is here is not drawn into a request by its neighbours. Chunks may be tiny and many: what is here already costs
  // no promise each.
  const here: (readonly [piece: P, bytes: Uint8Array])[] = [];
  const coming: PlannedRead<P>[] = [];
  const missing: P[] = [];
  for (const piece of pieces) {
    const { offset, length } = piece;
    const bytes = extents.loaded(offset, length, lease);
    if (bytes) here.push([piece, bytes]);
    else if (extents.covers(offset, length)) coming.push({ offset, length, pieces: [piece] });
    else missing.push(piece);
  }
  const work = [...coming, ...coalesce(missing)].map(async ({ offset, length, pieces }) => {
    signal.throwIfAborted();
    const own = lease ?? new Lease();
    const bytes = await readOnce(extents, offset, length, own, { signal });
    for (const piece of pieces) {
      const start = piece.offset - offset;
      decode(piece, bytes.subarray(start, start + piece.length));
    }
    if (own !== lease) own.giveBack(extents.requests);
  });
  try {
    for (const [piece, bytes] of here) decode(piece, bytes);
    await Promise.all(work);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(work);
    throw error;
  }
}
