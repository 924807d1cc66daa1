import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";

/** The bytes of the user-defined fill value, in the dataset's type; `undefined` where nobody defined one. */
export function parseFillValue(cursor: Cursor): Uint8Array | undefined {
  const version = cursor.expectVersion("a fill value", 1, 2, 3);
  if (version === 3) {
    const defined = (cursor.u8() & 0x20) !== 0;
    return defined ? value(cursor) : undefined;
  }
  cursor.skip(2); // when space is allocated, when the fill is written
  const defined = cursor.u8() !== 0;
  return version === 1 || defined ? value(cursor) : undefined;
}

/** The message of HDF5 before 1.6. */
export function parseOldFillValue(cursor: Cursor): Uint8Array | undefined {
  return value(cursor);
}

function value(cursor: Cursor): Uint8Array | undefined {
  const size = cursor.u32();
  // -1: explicitly undefined; 0: the library's default, which is zero.
  if (size === 0 || size === 0xffffffff) return undefined;
  if (size > cursor.remaining) throw corrupt(`a fill value of ${size} bytes`, cursor.address);
  return cursor.take(size);
}
