import { decodeChunk } from "../filters/pipeline.js";
import { type ChunkMap, rowBytes } from "../index/chunk-map.js";
import type { Filter } from "../messages/filter-pipeline.js";
import type { Piece } from "./plan.js";

/** The bytes of a fetched piece with its filters undone: `piece.rows` rows of the chunk. May be `stored` itself. */
export function undoFilters(stored: Uint8Array, piece: Piece, filters: readonly Filter[]): Uint8Array {
  const { map } = piece.request;
  if (!map.filtered) return stored;
  return decodeChunk(stored, filters, piece.mask, piece.rows * rowBytes(map), piece.offset);
}

/** Copies the wanted rows of a piece whose filters are undone to their places in `out`. */
export function copyRows(bytes: Uint8Array, piece: Piece, out: Uint8Array): void {
  const { map } = piece.request;
  const bytesPerRow = rowBytes(map);
  const wholeRows = map.shape.every((extent, d) => d === 0 || extent === map.chunkShape[d]);
  for (const { row, at, count } of piece.segments) {
    const from = row - (piece.origin[0] as number);
    if (wholeRows)
      out.set(bytes.subarray(from * bytesPerRow, (from + count) * bytesPerRow), at * bytesPerRow);
    else for (let i = 0; i < count; i++) copyRow(bytes, (from + i) * bytesPerRow, piece, map, out, at + i);
  }
}

/** Copies one row of a chunk that covers only part of the dataset's other dimensions, or reaches over their edge. */
function copyRow(
  bytes: Uint8Array,
  start: number,
  piece: Piece,
  map: ChunkMap,
  out: Uint8Array,
  outRow: number,
): void {
  const last = map.shape.length - 1;
  const size = map.elementSize;
  const extents = map.shape.map((extent, d) =>
    Math.min(map.chunkShape[d] as number, extent - (piece.origin[d] as number)),
  );
  const runs = extents.slice(1, last).reduce((product, extent) => product * extent, 1);
  for (let run = 0; run < runs; run++) {
    // Coordinates of the run in the dimensions between the first and the last.
    let rest = run;
    let source = 0;
    let target = 0;
    let sourceStride = 1;
    let targetStride = 1;
    for (let d = last; d > 0; d--) {
      const coordinate = d === last ? 0 : rest % (extents[d] as number);
      if (d !== last) rest = Math.floor(rest / (extents[d] as number));
      source += coordinate * sourceStride;
      target += (coordinate + (piece.origin[d] as number)) * targetStride;
      sourceStride *= map.chunkShape[d] as number;
      targetStride *= map.shape[d] as number;
    }
    const from = start + source * size;
    out.set(
      bytes.subarray(from, from + (extents[last] as number) * size),
      (outRow * targetStride + target) * size,
    );
  }
}
