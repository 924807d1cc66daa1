import { crc32c } from "./crc32c.js";
import { ZarrError } from "./error.js";

/** An entry of an index: offset and length, both uint64. */
const ENTRY_BYTES = 16;
const CHECKSUM_BYTES = 4;
/** Offset and length of a chunk that is not there, as two halves of a uint64 each. */
const MISSING = 0xffff_ffff;

/** Where an inner chunk lies in its object, in bytes. */
export interface InnerChunk {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of the index of an object with room for `slots` inner chunks. */
export function blockIndexBytes(slots: number): number {
  return ENTRY_BYTES * slots + CHECKSUM_BYTES;
}

/**
 * The object of an array with the codec `sharding_indexed`: packed inner chunks side by side in the order of their slots, then
 * the index with its crc32c. Undefined: not there, so that its values are fill. The slots are always all of the object's,
 * also where the array ends before the last. Equal chunks give equal bytes.
 *
 * @example encodeBlock([Uint8Array.of(1, 2), undefined]).length; // => 38
 */
export function encodeBlock(slots: readonly (Uint8Array | undefined)[]): Uint8Array {
  const body = slots.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0);
  const bytes = new Uint8Array(body + blockIndexBytes(slots.length));
  const index = new DataView(bytes.buffer, body);
  let offset = 0;
  for (const [i, chunk] of slots.entries()) {
    setUint64(index, ENTRY_BYTES * i, chunk && offset);
    setUint64(index, ENTRY_BYTES * i + 8, chunk?.length);
    if (chunk === undefined) continue;
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  const sum = crc32c(bytes.subarray(body, bytes.length - CHECKSUM_BYTES));
  index.setUint32(ENTRY_BYTES * slots.length, sum, true);
  return bytes;
}

/** What is known of an object before its index is read. */
export interface BlockLimits {
  /** Inner chunks that it has room for. */
  readonly slots: number;
  /** Its length in bytes. */
  readonly size: number;
  /** Most bytes that one of its inner chunks may have. */
  readonly maxLength: number;
}

/**
 * Where the inner chunks of an object lie, by slot; undefined: not there. `end` are its last bytes, at least those of the
 * index. Throws `corrupt` where the index fails its checksum, or names bytes that no chunk can have: beyond the object, in
 * its index, or more than a chunk takes.
 *
 * @example
 * const block = encodeBlock([undefined, Uint8Array.of(1, 2)]);
 * blockIndex(block, { slots: 2, size: block.length, maxLength: 100 })[1]; // => { offset: 0, length: 2 }
 */
export function blockIndex(
  end: Uint8Array,
  { slots, size, maxLength }: BlockLimits,
): readonly (InnerChunk | undefined)[] {
  const length = blockIndexBytes(slots);
  if (end.length < length || size < length) {
    const has = Math.min(end.length, size);
    throw new ZarrError("corrupt", `has ${has} bytes, fewer than the ${length} of its index`);
  }
  const bytes = end.subarray(end.length - length);
  const index = new DataView(bytes.buffer, bytes.byteOffset, length);
  if (index.getUint32(ENTRY_BYTES * slots, true) !== crc32c(bytes.subarray(0, length - CHECKSUM_BYTES))) {
    throw new ZarrError("corrupt", "its index does not match its crc32c checksum");
  }
  return Array.from({ length: slots }, (_, i) => {
    const chunk = entryAt(index, i);
    if (chunk === undefined) return undefined;
    if (chunk.length <= maxLength && chunk.offset + chunk.length <= size - length) return chunk;
    const where = `${chunk.length} bytes from ${chunk.offset} on`;
    throw new ZarrError("corrupt", `inner chunk ${i} is said to have ${where}, which it cannot have`);
  });
}

/** The packed inner chunks of a whole object, by slot: views into it. Throws as {@link blockIndex} does. */
export function decodeBlock(
  bytes: Uint8Array,
  limits: Omit<BlockLimits, "size">,
): readonly (Uint8Array | undefined)[] {
  return blockIndex(bytes, { ...limits, size: bytes.length }).map(
    (chunk) => chunk && bytes.subarray(chunk.offset, chunk.offset + chunk.length),
  );
}

function entryAt(index: DataView, slot: number): InnerChunk | undefined {
  const [offsetLow, offsetHigh, lengthLow, lengthHigh] = [0, 4, 8, 12].map((at) =>
    index.getUint32(ENTRY_BYTES * slot + at, true),
  ) as [number, number, number, number];
  if (Math.min(offsetLow, offsetHigh, lengthLow, lengthHigh) === MISSING) return undefined;
  // What is above 2^53 is no longer exact here, and far beyond every object.
  return { offset: offsetLow + 2 ** 32 * offsetHigh, length: lengthLow + 2 ** 32 * lengthHigh };
}

function setUint64(view: DataView, at: number, value: number | undefined): void {
  view.setUint32(at, value === undefined ? MISSING : value % 2 ** 32, true);
  view.setUint32(at + 4, value === undefined ? MISSING : Math.floor(value / 2 ** 32), true);
}
