import type { ChunkGrid } from "./chunk-index/grid.js";
import { readChunkIndex } from "./chunk-index/index.js";
import { corrupt } from "./error.js";
import type { Dataspace } from "./messages/dataspace.js";
import { type ChunkedLayout, chunkBytes } from "./messages/layout.js";
import type { Metadata } from "./metadata.js";

/**
 * Where a dataset's chunks lie in the object: all that planning a read needs to know. Columns have one entry per stored
 * chunk, in the order of `position`; a chunk that is not listed was never written and holds the fill value.
 */
export interface ChunkMap {
  /** Elements along each dimension; at least one dimension. */
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  /** Bytes of an element. */
  readonly elementSize: number;
  /** Without filters, parts of a chunk can be read. */
  readonly filtered: boolean;
  /** Place in the grid of chunks, counted in C order; ascending. */
  readonly position: Float64Array;
  /** Offset in the object, in bytes. */
  readonly offset: Float64Array;
  /** Stored bytes. */
  readonly size: Float64Array;
  /** Bit i set: filter i was skipped. */
  readonly mask: Uint32Array;
}

/** Contiguous data are read in pieces of about this many bytes, so that large ones arrive in parallel. */
export const SLAB_BYTES = 4 * 1024 * 1024;

/** All filters skipped. */
const NO_FILTERS = 0xffffffff;

/** Reads a chunked dataset's index and checks every entry against the grid and the end of the file. */
export async function chunkedMap(
  metadata: Metadata,
  space: Dataspace,
  layout: ChunkedLayout,
  filtered: boolean,
): Promise<ChunkMap> {
  const { chunkShape, elementSize } = layout;
  const counts = space.shape.map((extent, d) => Math.ceil(extent / (chunkShape[d] as number)));
  const total = counts.reduce((product, count) => product * count, 1);
  if (total > Number.MAX_SAFE_INTEGER) throw corrupt(`a grid of ${total} chunks`);
  const grid: ChunkGrid = { ...space, chunkShape, counts, chunkBytes: chunkBytes(layout), filtered };
  const chunks = [...(await readChunkIndex(metadata, grid, layout.index))].sort(
    (a, b) => a.position - b.position,
  );
  const map = {
    shape: space.shape,
    chunkShape,
    elementSize,
    filtered,
    position: Float64Array.from(chunks, (chunk) => chunk.position),
    offset: Float64Array.from(chunks, (chunk) => chunk.address + metadata.base),
    size: Float64Array.from(chunks, (chunk) => chunk.size),
    mask: Uint32Array.from(chunks, (chunk) => chunk.mask),
  };
  chunks.forEach(({ position, address, size }, i) => {
    if (map.position[i - 1] === position) throw corrupt("two chunks in one place of the grid", address);
    if (size > metadata.room(address)) throw corrupt("a chunk reaches beyond the end of the file", address);
    if (layout.plainEdges && isEdge(grid, position)) map.mask[i] = NO_FILTERS;
    const plain = !filtered || map.mask[i] === NO_FILTERS;
    if (plain && size !== grid.chunkBytes) throw corrupt(`an unfiltered chunk of ${size} bytes`, address);
  });
  return map;
}

/** A contiguous dataset as unfiltered chunks of whole rows. */
export function contiguousMap(
  metadata: Metadata,
  shape: readonly number[],
  elementSize: number,
  address: number | undefined,
): ChunkMap {
  const rowBytes = shape.slice(1).reduce((product, extent) => product * extent, elementSize);
  const rows = shape[0] ?? 0;
  const rowsPerSlab = Math.max(1, Math.min(rows, Math.floor(SLAB_BYTES / rowBytes)));
  const common = { shape, chunkShape: [rowsPerSlab, ...shape.slice(1)], elementSize, filtered: false };
  if (address === undefined || rows * rowBytes === 0) return { ...common, ...columns(0) };
  if (rows * rowBytes > metadata.room(address))
    throw corrupt("the values reach beyond the end of the file", address);
  const map = { ...common, ...columns(Math.ceil(rows / rowsPerSlab)) };
  for (let i = 0; i < map.position.length; i++) {
    const first = i * rowsPerSlab;
    map.position[i] = i;
    map.offset[i] = metadata.base + address + first * rowBytes;
    map.size[i] = Math.min(rowsPerSlab, rows - first) * rowBytes;
  }
  return map;
}

function columns(length: number): Pick<ChunkMap, "position" | "offset" | "size" | "mask"> {
  return {
    position: new Float64Array(length),
    offset: new Float64Array(length),
    size: new Float64Array(length),
    mask: new Uint32Array(length),
  };
}

/** Whether the chunk reaches over the dataset's edge. */
function isEdge(grid: ChunkGrid, position: number): boolean {
  let rest = position;
  for (let d = grid.counts.length - 1; d >= 0; d--) {
    const count = grid.counts[d] as number;
    const coordinate = rest % count;
    rest = Math.floor(rest / count);
    if ((coordinate + 1) * (grid.chunkShape[d] as number) > (grid.shape[d] as number)) return true;
  }
  return false;
}
