import { at } from "../at.js";
import { Hdf5Error } from "../error.js";
import { type ChunkMap, rowBytes } from "../index/chunk-map.js";
import { chunkCounts } from "../index/grid.js";
import { product } from "../messages/dataspace.js";

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
export interface Piece<R extends PlanRequest = PlanRequest> {
  readonly request: R;
  /** Index of the chunk in the request's map. */
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

export interface Plan<R extends PlanRequest = PlanRequest> {
  readonly request: R;
  /** In the order of the grid. */
  readonly pieces: readonly Piece<R>[];
  /** Rows of the result. */
  readonly rows: number;
  /** Whether stored chunks cover all of them; else the rest is fill. */
  readonly complete: boolean;
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

/** Which chunks hold the wanted rows, and where their rows go. Reads nothing. */
export function plan<R extends PlanRequest>(request: R): Plan<R> {
  const { map, rows } = request;
  const chunkRows = at(map.chunkShape, 0);
  const counts = chunkCounts(map.shape, map.chunkShape);
  // Chunks that share a row of the grid.
  const across = product(counts.slice(1));
  const open = new Map<number, OpenPiece>();
  let wanted = 0;
  let lastGridRow = -1;
  let result = 0;
  for (const [start, stop] of rows) {
    if (start === stop) continue;
    const firstGridRow = Math.floor(start / chunkRows);
    const endGridRow = Math.ceil(stop / chunkRows);
    wanted += endGridRow - Math.max(firstGridRow, lastGridRow + 1);
    lastGridRow = endGridRow - 1;
    const end = lowerBound(map.position, endGridRow * across);
    for (let chunk = lowerBound(map.position, firstGridRow * across); chunk < end; chunk++) {
      const chunkStart = Math.floor(at(map.position, chunk) / across) * chunkRows;
      const from = Math.max(start, chunkStart);
      const to = Math.min(stop, chunkStart + chunkRows);
      const piece = open.get(chunk) ?? { chunk, segments: [] };
      piece.segments.push({ row: from, at: result + from - start, count: to - from });
      open.set(chunk, piece);
    }
    result += stop - start;
  }
  const pieces = Array.from(open.values(), (piece) => closePiece(request, counts, piece));
  return { request, pieces, rows: result, complete: pieces.length === wanted * across };
}

function closePiece<R extends PlanRequest>(
  request: R,
  counts: readonly number[],
  { chunk, segments }: OpenPiece,
): Piece<R> {
  const { map } = request;
  const origin = originOf(map, counts, at(map.position, chunk));
  const offset = at(map.offset, chunk);
  const length = at(map.size, chunk);
  const mask = at(map.mask, chunk);
  const chunkRows = at(map.chunkShape, 0);
  if (map.filtered) return { request, chunk, offset, length, mask, origin, rows: chunkRows, segments };
  // Unfiltered: only from the first to the last row that is needed.
  const bytes = rowBytes(map);
  const first = at(segments, 0);
  const last = at(segments, segments.length - 1);
  const rows = last.row + last.count - first.row;
  return {
    request,
    chunk,
    offset: offset + (first.row - at(origin, 0)) * bytes,
    length: rows * bytes,
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
    const count = at(counts, d);
    origin[d] = (rest % count) * at(map.chunkShape, d);
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
    if (at(values, middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
