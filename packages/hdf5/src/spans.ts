/** Where a dataset's index begins and how many bytes its values have before any filter. */
export interface IndexPlace {
  readonly offset: number;
  readonly rawBytes: number;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** A span is one request for index and chunks together; a longer one would read too much that nobody asked for. */
export const MAX_SPAN_BYTES = 4 * 1024 * 1024;

/** Stored size of values as a part of the raw size: real granules deflate their floats to 0.74. */
export const STORED_PART = 0.8;

/** Bytes of a chunk index's first node, which lies directly before the first chunk: 2096 for a version 1 B-tree. */
const INDEX_BYTES = 4096;

/**
 * Where index nodes lie outside the cached front, each directly before its dataset's chunks, one read of both saves a
 * round trip. Groups the wanted places into spans; `landmarks` are all index offsets that are known, of which the next
 * one ends a dataset. What is too long for a span is left out: its index is read by itself.
 */
export function planSpans(wanted: readonly IndexPlace[], landmarks: readonly number[]): readonly Span[] {
  const places = [...wanted].sort((a, b) => a.offset - b.offset);
  const marks = [...landmarks].sort((a, b) => a - b);
  const spans: { offset: number; length: number }[] = [];
  for (const { offset, rawBytes } of places) {
    const estimate = offset + INDEX_BYTES + Math.ceil(rawBytes * STORED_PART);
    const next = marks.find((mark) => mark > offset);
    const end = next !== undefined && next <= offset + INDEX_BYTES + rawBytes ? next : estimate;
    if (end - offset > MAX_SPAN_BYTES) continue;
    const last = spans.at(-1);
    if (last && offset <= last.offset + last.length && end - last.offset <= MAX_SPAN_BYTES) {
      last.length = Math.max(last.length, end - last.offset);
    } else {
      spans.push({ offset, length: end - offset });
    }
  }
  return spans;
}
