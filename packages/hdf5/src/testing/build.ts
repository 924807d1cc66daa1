import { Cursor, type Widths } from "../bytes/cursor.js";

/** Little-endian fields of a structure that is built in a test. */
export const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const u16 = (...values: number[]): Uint8Array => fields(2, values);
export const u32 = (...values: number[]): Uint8Array => fields(4, values);
/** 64 bits each; `undefined` is "undefined address": all bits set. */
export const u64 = (...values: (number | undefined)[]): Uint8Array =>
  join(...values.map((value) => (value === undefined ? new Uint8Array(8).fill(0xff) : fields(8, [value]))));
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
export const zeros = (count: number): Uint8Array => new Uint8Array(count);

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A cursor over a structure that lies at address 0. */
export function cursorOver(...parts: readonly Uint8Array[]): Cursor {
  return new Cursor(join(...parts), 0, WIDTHS);
}

export const WIDTHS: Widths = { offsetSize: 8, lengthSize: 8 };

/** A message of a header of version 1. */
export const message = (type: number, flags: number, body: Uint8Array) =>
  join(u16(type, body.length), u8(flags, 0, 0, 0), body);

/** A header of version 1. */
export function oldHeader(...messages: Uint8Array[]): Uint8Array {
  const body = join(...messages);
  return join(u8(1, 0), u16(messages.length), u32(1, body.length), zeros(4), body);
}

function fields(size: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  values.forEach((value, i) => {
    for (let b = 0, rest = value; b < size; b++, rest = Math.floor(rest / 256))
      bytes[i * size + b] = rest % 256;
  });
  return bytes;
}
