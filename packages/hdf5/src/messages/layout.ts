import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import { MAX_RANK, product } from "./dataspace.js";

/** Where a dataset's values lie. Addresses are `undefined` where nothing has been stored yet. */
export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: number | undefined; readonly length: number | undefined }
  | ChunkedLayout
  /** A valid layout that this reader leaves out. */
  | { readonly kind: "unsupported"; readonly feature: string };

export interface ChunkedLayout {
  readonly kind: "chunked";
  readonly chunkShape: readonly number[];
  readonly elementSize: number;
  readonly index: ChunkIndexLayout;
  /** Chunks that reach over the dataset's edge are stored without filters. */
  readonly plainEdges: boolean;
}

export type ChunkIndexLayout =
  | { readonly type: "btree-v1"; readonly address: number | undefined }
  | {
      readonly type: "single";
      readonly address: number | undefined;
      /** Stored size and filter mask; absent without filters. */
      readonly filtered?: { readonly size: number; readonly mask: number };
    }
  | {
      readonly type: "implicit" | "fixed-array" | "extensible-array" | "btree-v2";
      readonly address: number | undefined;
    };

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const VIRTUAL = 3;

export function parseLayout(cursor: Cursor): Layout {
  const version = cursor.expectVersion("a data layout", 1, 2, 3, 4, 5);
  if (version < 3) return oldLayout(cursor);
  const kind = cursor.u8();
  if (kind === COMPACT) return { kind: "compact", bytes: cursor.take(cursor.u16()) };
  if (kind === CONTIGUOUS) return { kind: "contiguous", address: cursor.offset(), length: cursor.length() };
  if (kind === VIRTUAL) return { kind: "unsupported", feature: "the virtual layout" };
  if (kind !== CHUNKED) throw corrupt(`data layout ${kind} does not exist`, cursor.address);
  return version === 3 ? chunkedByTree(cursor) : chunkedByIndex(cursor);
}

/** Versions 1 and 2, of HDF5 before 1.6. */
function oldLayout(cursor: Cursor): Layout {
  const rank = cursor.u8();
  const kind = cursor.u8();
  cursor.skip(5);
  const address = kind === COMPACT ? undefined : cursor.offset();
  const extents = dimensions(cursor, rank, 4);
  if (kind === CONTIGUOUS) return { kind: "contiguous", address, length: undefined };
  if (kind === COMPACT) return { kind: "compact", bytes: cursor.take(cursor.u32()) };
  if (kind !== CHUNKED) throw corrupt(`data layout ${kind} does not exist`, cursor.address);
  return {
    kind: "chunked",
    ...chunkOf(extents, cursor),
    index: { type: "btree-v1", address },
    plainEdges: false,
  };
}

function chunkedByTree(cursor: Cursor): Layout {
  const rank = cursor.u8();
  const address = cursor.offset();
  const extents = dimensions(cursor, rank, 4);
  return {
    kind: "chunked",
    ...chunkOf(extents, cursor),
    index: { type: "btree-v1", address },
    plainEdges: false,
  };
}

function chunkedByIndex(cursor: Cursor): Layout {
  const flags = cursor.u8();
  const rank = cursor.u8();
  const width = cursor.u8();
  if (width < 1 || width > 8) throw corrupt(`chunk extents of ${width} bytes`, cursor.address);
  const chunk = chunkOf(dimensions(cursor, rank, width), cursor);
  return { kind: "chunked", ...chunk, index: chunkIndex(cursor, flags), plainEdges: (flags & 1) !== 0 };
}

/** The indexes by their code; the sizes of their parameters, which the index's own header repeats, are skipped. */
const INDEXES = [
  undefined,
  undefined,
  { type: "implicit", parameterBytes: 0 },
  { type: "fixed-array", parameterBytes: 1 },
  { type: "extensible-array", parameterBytes: 5 },
  { type: "btree-v2", parameterBytes: 6 },
] as const;

function chunkIndex(cursor: Cursor, flags: number): ChunkIndexLayout {
  const code = cursor.u8();
  if (code === 1) {
    const filtered = (flags & 2) !== 0 ? { size: cursor.length(), mask: cursor.u32() } : undefined;
    return { type: "single", address: cursor.offset(), ...(filtered ? { filtered } : {}) };
  }
  const index = INDEXES[code];
  if (!index) throw corrupt(`chunk index ${code} does not exist`, cursor.address);
  cursor.skip(index.parameterBytes);
  return { type: index.type, address: cursor.offset() };
}

/** Bytes of a whole chunk before any filter. */
export function chunkBytes(chunk: {
  readonly chunkShape: readonly number[];
  readonly elementSize: number;
}): number {
  return product(chunk.chunkShape, chunk.elementSize);
}

function dimensions(cursor: Cursor, rank: number, width: number): readonly number[] {
  if (rank === 0 || rank > MAX_RANK + 1) throw corrupt(`a layout of ${rank} dimensions`, cursor.address);
  return Array.from({ length: rank }, () => cursor.uint(width));
}

/** The last extent of a chunk is the size of an element. */
function chunkOf(
  extents: readonly number[],
  cursor: Cursor,
): { chunkShape: readonly number[]; elementSize: number } {
  const chunk = { chunkShape: extents.slice(0, -1), elementSize: extents.at(-1) ?? 0 };
  const bytes = chunkBytes(chunk);
  if (chunk.chunkShape.length === 0 || bytes === 0 || bytes > Number.MAX_SAFE_INTEGER) {
    throw corrupt(`chunks of ${extents.join(" x ")} bytes`, cursor.address);
  }
  return chunk;
}
