import { inflate } from "#inflate";
import { at } from "../at.js";
import { fletcher32 } from "../bytes/checksum.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import type { Filter } from "../messages/filter-pipeline.js";
import { unshuffle } from "./shuffle.js";

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const SUPPORTED: ReadonlySet<number> = new Set([DEFLATE, SHUFFLE, FLETCHER32]);

/** Deflate makes no more than 1032 bytes of one; so a broken chunk size allocates no more than its bytes can fill. */
const MAX_EXPANSION = 1032;

/** Filters by their registered id. */
const KNOWN_FILTERS: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scale-offset",
  257: "a filter of a test suite",
  305: "LZO",
  307: "bzip2",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32015: "Zstandard",
  32017: "SZ",
  32026: "Blosc2",
};

/** Throws what {@link decodeChunk} would, before the chunk is fetched. */
export function expectSupported(filters: readonly Filter[], mask: number): void {
  filters.forEach((filter, i) => {
    if (!skipped(mask, i) && !SUPPORTED.has(filter.id)) throw unsupported(filter);
  });
}

/**
 * Undoes the filters of one chunk, last one first. A filter whose bit is set in `mask` was skipped when the chunk was
 * written. The result has exactly `chunkBytes` bytes.
 */
export function decodeChunk(
  stored: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  chunkBytes: number,
  address: number,
): Uint8Array {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    const filter = at(filters, i);
    if (skipped(mask, i)) continue;
    if (filter.id === DEFLATE) bytes = inflated(bytes, chunkBytes + sumBytes(filters, mask, i), address);
    else if (filter.id === SHUFFLE) bytes = unshuffle(bytes, filter.parameters[0] ?? 1);
    else if (filter.id === FLETCHER32) bytes = verified(bytes, address);
    else throw unsupported(filter);
  }
  if (bytes.length !== chunkBytes) {
    throw corrupt(`a chunk of ${bytes.length} bytes where ${chunkBytes} were expected`, address);
  }
  return bytes;
}

function skipped(mask: number, filter: number): boolean {
  return ((mask >>> filter) & 1) === 1;
}

/** Bytes that checksums applied before filter `end` added to the chunk. */
function sumBytes(filters: readonly Filter[], mask: number, end: number): number {
  return 4 * filters.slice(0, end).filter(({ id }, i) => id === FLETCHER32 && !skipped(mask, i)).length;
}

function inflated(bytes: Uint8Array, maxLength: number, address: number): Uint8Array {
  try {
    return inflate(bytes, Math.min(maxLength, bytes.length * MAX_EXPANSION));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw corrupt(`a deflated chunk does not inflate: ${reason}`, address);
  }
}

/** The bytes before the checksum, once it is found to be right. */
function verified(bytes: Uint8Array, address: number): Uint8Array {
  const length = bytes.length - 4;
  if (length < 0) throw corrupt("a chunk shorter than its checksum", address);
  const view = new DataView(bytes.buffer, bytes.byteOffset + length, 4);
  const sum = fletcher32(bytes, length);
  // Writers before HDF5 1.6.3 swapped the bytes of each half on little-endian machines; libhdf5 accepts both.
  const swapped = ((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff);
  const stored = view.getUint32(0, true);
  if (stored !== sum && stored !== swapped >>> 0)
    throw corrupt("the fletcher32 checksum of a chunk does not match", address);
  return bytes.subarray(0, length);
}

/** The name of a filter: as it is registered, else as the file has it. */
export function filterName({ id, name }: Filter): string {
  return KNOWN_FILTERS[id] ?? (name || "unnamed");
}

function unsupported(filter: Filter): Hdf5UnsupportedError {
  return new Hdf5UnsupportedError(`filter ${filter.id} (${filterName(filter)})`);
}
