import { at } from "../at.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import type { DatasetHeader } from "../format/dataset-header.js";
import type { Metadata } from "../format/metadata.js";
import { type Dataspace, elementCount, product, rowShape } from "../messages/dataspace.js";
import { type ChunkedLayout, chunkBytes } from "../messages/layout.js";
import { readChunkIndex } from "./chunk-index.js";
import { type ChunkGrid, chunkCounts } from "./grid.js";

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

/** Bytes of a row of a chunk. */
export function rowBytes({ chunkShape, elementSize }: ChunkMap): number {
  return product(chunkShape.slice(1), elementSize);
}

/** Contiguous data are read in pieces of about this many bytes, so that large ones arrive in parallel. */
export const SLAB_BYTES = 4 * 1024 * 1024;

/** All filters skipped. */
const NO_FILTERS = 0xffffffff;

/** Where a dataset's values lie in the object. Offsets of a compact one count in the bytes that its header holds. */
export async function readChunkMap(metadata: Metadata, header: DatasetHeader): Promise<ChunkMap> {
  const { layout, space, type, filters } = header;
  switch (layout.kind) {
    case "chunked":
      return chunkedMap(metadata, space, layout, filters.length > 0);
    case "contiguous": {
      const { address } = layout;
      const bytes = elementCount(space) * type.size;
      if (address === undefined || bytes === 0) return contiguousMap(space, type.size, undefined);
      if (bytes > metadata.room(address))
        throw corrupt("the values reach beyond the end of the file", address);
      return contiguousMap(space, type.size, metadata.base + address);
    }
    case "compact":
      return contiguousMap(space, type.size, 0);
    case "unsupported":
      throw new Hdf5UnsupportedError(layout.feature);
  }
}

/** Reads a chunked dataset's index and checks every entry against the grid and the end of the file. */
async function chunkedMap(
  metadata: Metadata,
  space: Dataspace,
  layout: ChunkedLayout,
  filtered: boolean,
): Promise<ChunkMap> {
  const { chunkShape, elementSize } = layout;
  const counts = chunkCounts(space.shape, chunkShape);
  const total = product(counts);
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

/** A contiguous dataset as unfiltered chunks of whole rows; `offset` is undefined where nothing was ever stored. */
function contiguousMap(space: Dataspace, elementSize: number, offset: number | undefined): ChunkMap {
  const shape = rowShape(space);
  const [rows = 0, ...others] = shape;
  const bytesPerRow = product(others, elementSize);
  const rowsPerSlab = Math.max(1, Math.min(rows, Math.floor(SLAB_BYTES / bytesPerRow)));
  const common = { shape, chunkShape: [rowsPerSlab, ...others], elementSize, filtered: false };
  if (offset === undefined || rows * bytesPerRow === 0) return { ...common, ...columns(0) };
  const map = { ...common, ...columns(Math.ceil(rows / rowsPerSlab)) };
  for (let i = 0; i < map.position.length; i++) {
    const first = i * rowsPerSlab;
    map.position[i] = i;
    map.offset[i] = offset + first * bytesPerRow;
    map.size[i] = Math.min(rowsPerSlab, rows - first) * bytesPerRow;
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
    const count = at(grid.counts, d);
    const coordinate = rest % count;
    rest = Math.floor(rest / count);
    if ((coordinate + 1) * at(grid.chunkShape, d) > at(grid.shape, d)) return true;
  }
  return false;
}
