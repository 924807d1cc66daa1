import type { ChunkMap } from "./chunk-map.js";
import { Hdf5Error } from "./error.js";

/** Rows `start` to `stop`, which is not included, of a dataset's first dimension. */
export type RowRange = readonly [start: number, stop: number];

export interface PlanRequest {
  readonly map: ChunkMap;
  /** Ascending and disjoint; the values follow each other in the result. */
  readonly rows: readonly RowRange[];
}

/** Rows of a chunk and where they go. */
export interface Segment {
  /** First row, in the dataset. */
  readonly row: number;
  /** The same row in the result. */
  readonly at: number;
  readonly count: number;
}

/** One chunk, or the needed rows of an unfiltered one, to read and decode. */
export interface Piece {
  /** Index of the request it belongs to. */
  readonly request: number;
  /** Index of the chunk in its map. */
  readonly chunk: number;
  readonly offset: number;
  readonly length: number;
  readonly mask: number;
  /** The dataset's coordinates of the first element in the (decoded) bytes. */
  readonly origin: readonly number[];
  /** Rows in the (decoded) bytes. */
  readonly rows: number;
  readonly segments: readonly Segment[];
}

export interface Plan {
  /** In the order of the requests and of the grid. */
  readonly pieces: readonly Piece[];
  /** Per request: rows of the result, and whether stored chunks cover all of them (else the rest is fill). */
  readonly results: readonly { readonly rows: number; readonly complete: boolean }[];
}

/** A contiguous run of bytes that serves one or more pieces. */
export interface PlannedRead {
  readonly offset: number;
  readonly length: number;
  readonly pieces: readonly Piece[];
}

/** Bytes that are cheaper to read along than to ask a second time for: about 1 ms of transfer against a round trip. */
export const COALESCE_GAP_BYTES = 64 * 1024;

/** Reads do not grow beyond this by coalescing: larger ones would wait for each other instead of arriving in parallel. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;

/** Which chunks hold the wanted rows, and where their rows go. Reads nothing. */
export function plan(requests: readonly PlanRequest[]): Plan {
  const planned = requests.map(planRequest);
  return {
    pieces: planned.flatMap(({ pieces }) => pieces),
    results: planned.map(({ rows, complete }) => ({ rows, complete })),
  };
}

/** Puts pieces that lie close together into one read. */
export function coalesce(
  pieces: readonly Piece[],
  gap = COALESCE_GAP_BYTES,
  maxBytes = MAX_READ_BYTES,
): readonly PlannedRead[] {
  const reads: { offset: number; length: number; pieces: Piece[] }[] = [];
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

/** Number of rows in the ranges, once they are known to be in order and in the dataset. */
export function countRows(rows: readonly RowRange[], total: number): number {
  let count = 0;
  let end = 0;
  for (const [start, stop] of rows) {
    if (!Number.isInteger(start) || !Number.isInteger(stop) || start < end || stop < start || stop > total) {
      throw new Hdf5Error(
        "invalid-request",
        `rows [${start}, ${stop}) are not a range of 0 to ${total}, or not behind the one before`,
      );
    }
    count += stop - start;
    end = stop;
  }
  return count;
}

interface OpenPiece {
  readonly chunk: number;
  readonly segments: Segment[];
}

function planRequest(
  { map, rows }: PlanRequest,
  request: number,
): { pieces: Piece[]; rows: number; complete: boolean } {
  const chunkRows = map.chunkShape[0] as number;
  const counts = map.shape.map((extent, d) => Math.ceil(extent / (map.chunkShape[d] as number)));
  // Chunks that share a row of the grid.
  const across = counts.slice(1).reduce((product, count) => product * count, 1);
  const open = new Map<number, OpenPiece>();
  let wanted = 0;
  let lastGridRow = -1;
  let at = 0;
  for (const [start, stop] of rows) {
    if (start === stop) continue;
    const firstGridRow = Math.floor(start / chunkRows);
    const endGridRow = Math.ceil(stop / chunkRows);
    wanted += endGridRow - Math.max(firstGridRow, lastGridRow + 1);
    lastGridRow = endGridRow - 1;
    const end = lowerBound(map.position, endGridRow * across);
    for (let chunk = lowerBound(map.position, firstGridRow * across); chunk < end; chunk++) {
      const chunkStart = Math.floor((map.position[chunk] as number) / across) * chunkRows;
      const from = Math.max(start, chunkStart);
      const to = Math.min(stop, chunkStart + chunkRows);
      const piece = open.get(chunk) ?? { chunk, segments: [] };
      piece.segments.push({ row: from, at: at + from - start, count: to - from });
      open.set(chunk, piece);
    }
    at += stop - start;
  }
  const pieces = Array.from(open.values(), (piece) => closePiece(map, counts, request, piece));
  return { pieces, rows: at, complete: pieces.length === wanted * across };
}

function closePiece(
  map: ChunkMap,
  counts: readonly number[],
  request: number,
  { chunk, segments }: OpenPiece,
): Piece {
  const origin = originOf(map, counts, map.position[chunk] as number);
  const offset = map.offset[chunk] as number;
  const length = map.size[chunk] as number;
  const mask = map.mask[chunk] as number;
  const chunkRows = map.chunkShape[0] as number;
  if (map.filtered) return { request, chunk, offset, length, mask, origin, rows: chunkRows, segments };
  // Unfiltered: only from the first to the last row that is needed.
  const rowBytes = map.chunkShape.slice(1).reduce((product, extent) => product * extent, map.elementSize);
  const first = segments[0] as Segment;
  const last = segments.at(-1) as Segment;
  const rows = last.row + last.count - first.row;
  return {
    request,
    chunk,
    offset: offset + (first.row - (origin[0] as number)) * rowBytes,
    length: rows * rowBytes,
    mask,
    origin: [first.row, ...origin.slice(1)],
    rows,
    segments,
  };
}

function originOf(map: ChunkMap, counts: readonly number[], position: number): number[] {
  const origin = new Array<number>(counts.length);
  let rest = position;
  for (let d = counts.length - 1; d >= 0; d--) {
    const count = counts[d] as number;
    origin[d] = (rest % count) * (map.chunkShape[d] as number);
    rest = Math.floor(rest / count);
  }
  return origin;
}

/** Index of the first value that is not below `limit`. */
function lowerBound(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
