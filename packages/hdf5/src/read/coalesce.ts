/** Bytes of the file. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A contiguous run of bytes that serves one or more pieces. */
export interface PlannedRead<P extends Stretch = Stretch> extends Stretch {
  readonly pieces: readonly P[];
}

/** Bytes that are cheaper to read along than to ask a second time for: about 1 ms of transfer against a round trip. */
export const COALESCE_GAP_BYTES = 64 * 1024;

/** Reads do not grow beyond this by coalescing: larger ones would wait for each other instead of arriving in parallel. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;

/** Puts pieces that lie close together into one read. */
export function coalesce<P extends Stretch>(
  pieces: readonly P[],
  gap = COALESCE_GAP_BYTES,
  maxBytes = MAX_READ_BYTES,
): readonly PlannedRead<P>[] {
  const reads: { offset: number; length: number; pieces: P[] }[] = [];
  for (const piece of [...pieces].sort((a, b) => a.offset - b.offset)) {
    const last = reads.at(-1);
    const end = piece.offset + piece.length;
    const near = last !== undefined && piece.offset <= last.offset + last.length + gap;
    if (last && near && end - last.offset <= maxBytes) {
      last.length = Math.max(last.length, end - last.offset);
      last.pieces.push(piece);
    } else {
      reads.push({ offset: piece.offset, length: piece.length, pieces: [piece] });
    }
  }
  return reads;
}
