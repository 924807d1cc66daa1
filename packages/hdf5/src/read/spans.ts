import type { DatasetHeader } from "../format/dataset-header.js";
import { product } from "../messages/dataspace.js";

/** Where a dataset's index begins and how many bytes its values have before any filter. */
export interface IndexPlace {
  readonly offset: number;
  readonly rawBytes: number;
}

/** The index of this dataset, if it is of a kind that lies directly before the chunks. `base` is the file's base address. */
export function indexPlace({ layout, space }: DatasetHeader, base: number): IndexPlace | undefined {
  if (layout.kind !== "chunked" || layout.index.type !== "btree-v1" || layout.index.address === undefined)
    return undefined;
  return { offset: base + layout.index.address, rawBytes: product(space.shape, layout.elementSize) };
}

export interface Span {
  readonly offset: number;
  readonly length: number;
  /** Index offsets of the datasets it holds. */
  readonly datasets: readonly number[];
}

/** A span is one request for indexes and chunks together; a longer one would read too much that nobody asked for. */
export const MAX_SPAN_BYTES = 4 * 1024 * 1024;

/** Stored size of values as a part of the raw size: real granules deflate their floats to 0.74. */
export const STORED_PART = 0.8;

/** Bytes of a chunk index's first node, which lies directly before the first chunk: 2096 for a version 1 B-tree. */
const INDEX_BYTES = 4096;

/**
 * Where index nodes lie behind the cached front, each directly before its dataset's chunks, reading both at once saves
 * a round trip, and reading neighbours at once saves more: the datasets of a beam follow each other in the file.
 * Groups `places` (all datasets that are open and not yet read) into spans, and returns those that hold a `wanted` one.
 * A dataset ends where the next known index begins; else its end is estimated. What is too long for a span is left out:
 * its index is read by itself.
 */
export function planSpans(places: readonly IndexPlace[], wanted: ReadonlySet<number>): readonly Span[] {
  const sorted = [...places].sort((a, b) => a.offset - b.offset);
  const spans: { offset: number; length: number; datasets: number[] }[] = [];
  sorted.forEach(({ offset, rawBytes }, i) => {
    const next = sorted[i + 1]?.offset;
    const stored = Math.ceil(rawBytes * STORED_PART);
    const adjoins = next !== undefined && next <= offset + INDEX_BYTES + rawBytes;
    const end = adjoins ? next : offset + INDEX_BYTES + stored;
    if (end - offset > MAX_SPAN_BYTES) return;
    const last = spans.at(-1);
    if (last && offset <= last.offset + last.length && end - last.offset <= MAX_SPAN_BYTES) {
      last.length = end - last.offset;
      last.datasets.push(offset);
    } else {
      spans.push({ offset, length: end - offset, datasets: [offset] });
    }
  });
  return spans.filter(({ datasets }) => datasets.some((offset) => wanted.has(offset)));
}
