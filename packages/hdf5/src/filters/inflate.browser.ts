import { unzlibSync } from "fflate";

/**
 * Inflates a zlib stream of at most `maxLength` bytes; more is an error. `DecompressionStream` would be faster but is
 * asynchronous, and has no limit on what comes out. fflate checks neither the length nor the checksum: we do.
 */
export function inflate(bytes: Uint8Array, maxLength: number): Uint8Array {
  // One byte more than allowed, to see whether there would have been more.
  const out = unzlibSync(bytes, { out: new Uint8Array(maxLength + 1) });
  if (out.length > maxLength) throw new Error(`more than ${maxLength} bytes`);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4);
  if (adler32(out) !== trailer.getUint32(0)) throw new Error("incorrect data check");
  return out;
}

/** RFC 1950, section 9. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; ) {
    // As many sums as fit before the second one leaves 32 bits.
    const stop = Math.min(bytes.length, i + 5552);
    for (; i < stop; i++) {
      a += bytes[i] as number;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
