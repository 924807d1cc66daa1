import { gunzipSync, gzipSync } from "fflate";

/** A gzip stream (RFC 1952) of `bytes`; it holds the same as Node's, in other bytes. */
export function gzip(bytes: Uint8Array, level: number): Uint8Array {
  return gzipSync(bytes, { level: level as 5, mtime: 0 });
}

/** A page has no threads of zlib's. */
export async function gzipAside(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return gzip(bytes, level);
}

/** What a gzip stream holds, at most `maxLength` bytes; more is an error. fflate checks neither sum nor length: we do. */
export function gunzip(bytes: Uint8Array, maxLength: number): Uint8Array {
  if (bytes.length < 18) throw new Error("cut off");
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const length = trailer.getUint32(4, true);
  if (length > maxLength) throw new Error(`more than ${maxLength} bytes`);
  // One byte more than announced, to see whether there would have been more.
  const out = gunzipSync(bytes, { out: new Uint8Array(length + 1) });
  if (out.length !== length) throw new Error(`${out.length} bytes instead of ${length}`);
  if (crc32(out) !== trailer.getUint32(0, true)) throw new Error("incorrect data check");
  return out;
}

/** CRC-32 of RFC 1952, section 8. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
