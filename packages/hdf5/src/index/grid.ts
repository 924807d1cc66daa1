import { at } from "../at.js";
import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";

/** A chunk as an index knows it. */
export interface StoredChunk {
  /** Position in the dataset's grid of chunks, counted in C order. */
  readonly position: number;
  /** Address in bytes from the base address. */
  readonly address: number;
  /** Stored bytes, after the filters. */
  readonly size: number;
  /** Bit i set: filter i of the pipeline was skipped for this chunk. */
  readonly mask: number;
}

/** A dataset cut into chunks. */
export interface ChunkGrid {
  readonly shape: readonly number[];
  readonly maxShape: readonly number[];
  readonly chunkShape: readonly number[];
  /** Chunks along each dimension of the present shape. */
  readonly counts: readonly number[];
  /** Bytes of a whole chunk before any filter. */
  readonly chunkBytes: number;
  readonly filtered: boolean;
}

/** Chunks along each dimension. */
export function chunkCounts(shape: readonly number[], chunkShape: readonly number[]): number[] {
  return shape.map((extent, d) => Math.ceil(extent / at(chunkShape, d)));
}

/** Linear position of the chunk at these grid coordinates; `undefined` outside the present shape. */
export function gridPosition(grid: ChunkGrid, coordinates: readonly number[]): number | undefined {
  let position = 0;
  for (let d = 0; d < grid.counts.length; d++) {
    const coordinate = at(coordinates, d);
    const count = at(grid.counts, d);
    if (coordinate >= count) return undefined;
    position = position * count + coordinate;
  }
  return position;
}

/**
 * Array indexes number the chunks of the *largest* shape in C order, and an extensible array counts its unlimited
 * dimension slowest. Returns the position in the present grid of element `n` of such an array.
 */
export function arrayPositions(grid: ChunkGrid): (n: number) => number | undefined {
  const rank = grid.counts.length;
  const unlimited = grid.maxShape.indexOf(Number.POSITIVE_INFINITY);
  const slowest = Math.max(0, unlimited);
  const order = [slowest, ...Array.from({ length: rank }, (_, d) => d).filter((d) => d !== slowest)];
  const maxCounts = chunkCounts(grid.maxShape, grid.chunkShape);
  return (n) => {
    const coordinates = new Array<number>(rank).fill(0);
    let rest = n;
    for (let i = rank - 1; i > 0; i--) {
      const d = at(order, i);
      const count = at(maxCounts, d);
      coordinates[d] = rest % count;
      rest = Math.floor(rest / count);
    }
    coordinates[slowest] = rest;
    return gridPosition(grid, coordinates);
  };
}

/** Stored size and filter mask, as far as an index of this grid's chunks gives them. */
export function readSizeAndMask(
  cursor: Cursor,
  grid: ChunkGrid,
  sizeBytes: number,
): { size: number; mask: number } {
  return grid.filtered
    ? { size: cursor.uint(sizeBytes), mask: cursor.u32() }
    : { size: grid.chunkBytes, mask: 0 };
}

/** Bytes of the stored size in entries of `entryBytes`, of which `otherBytes` are something else. */
export function sizeFieldBytes(
  grid: ChunkGrid,
  entryBytes: number,
  otherBytes: number,
  address: number,
): number {
  const bytes = entryBytes - otherBytes - (grid.filtered ? 4 : 0);
  if (grid.filtered ? bytes < 1 || bytes > 8 : bytes !== 0) {
    throw corrupt(`a chunk index with entries of ${entryBytes} bytes`, address);
  }
  return bytes;
}
