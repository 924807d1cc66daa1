import { lookup3 } from "../bytes/checksum.js";

/** A copy with other bytes at `offset`. */
export function patched(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

/** Writes the checksum of the structure from `start` to `end`, whose last four bytes it is. */
export function seal(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const sum = lookup3(bytes.subarray(start, end - 4));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(end - 4, sum, true);
  return bytes;
}

/** The end of the checksummed structure that begins at `start`: there is just one place where its checksum is right. */
export function endOf(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let end = start + 8; end <= bytes.length; end++)
    if (view.getUint32(end - 4, true) === lookup3(bytes.subarray(start, end - 4))) return end;
  throw new Error(`no structure with a checksum at ${start}`);
}

/** A copy with other bytes at `offset` in the checksummed structure that begins at `start`. */
export function resealed(
  bytes: Uint8Array,
  start: number,
  offset: number,
  ...values: readonly number[]
): Uint8Array {
  return seal(patched(bytes, start + offset, ...values), start, endOf(bytes, start));
}

/** Where a text or signature begins, the `nth` time. */
export function placeOf(bytes: Uint8Array, text: string, nth = 0): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = buffer.indexOf(text);
  for (let i = 0; i < nth; i++) at = buffer.indexOf(text, at + 1);
  if (at < 0) throw new Error(`no ${text}`);
  return at;
}
