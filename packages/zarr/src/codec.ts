import { gunzip as gunzipped, gzip, gzipAside } from "#gzip";
import { crc32c } from "./crc32c.js";
import { bytesPerValue, type ChunkValues, type DataType, valuesOf } from "./data-type.js";
import { ZarrError } from "./error.js";

/** One codec as a metadata document spells it. */
export type Codec =
  | { readonly name: "bytes"; readonly configuration?: { readonly endian: "little" } }
  | { readonly name: "gzip"; readonly configuration: { readonly level: number } }
  | { readonly name: "crc32c" };

/** The one level we write: levels give different bytes, and equal inputs must give equal stores. */
export const GZIP_LEVEL = 5;

/** Codec chains that arrays are written with: raw little-endian, checksummed, or compressed. */
export function codecsFor(dataType: DataType, compression: "none" | "crc32c" | "gzip"): readonly Codec[] {
  // A type of one byte has no byte order, and the specification lets its chain say none.
  const bytes: Codec =
    bytesPerValue(dataType) === 1
      ? { name: "bytes" }
      : { name: "bytes", configuration: { endian: "little" } };
  switch (compression) {
    case "none":
      return [bytes];
    case "crc32c":
      return [bytes, { name: "crc32c" }];
    case "gzip":
      return [bytes, { name: "gzip", configuration: { level: GZIP_LEVEL } }];
  }
}

/** The stored bytes of one chunk. Equal values and codecs give equal bytes (on one version of zlib). */
export function encodeChunk(values: ChunkValues, codecs: readonly Codec[]): Uint8Array {
  let bytes = rawBytes(values);
  for (const codec of codecs) {
    if (codec.name === "gzip") bytes = signed(gzip(bytes, codec.configuration.level));
    else if (codec.name === "crc32c") bytes = appendChecksum(bytes);
  }
  return bytes;
}

/**
 * As {@link encodeChunk}, compressed on zlib's threads: several large chunks at once use every core, and the caller's
 * thread stays free. `values` must stay as they are until it is done.
 */
export async function encodeChunkAside(values: ChunkValues, codecs: readonly Codec[]): Promise<Uint8Array> {
  let bytes = rawBytes(values);
  for (const codec of codecs) {
    if (codec.name === "gzip") bytes = signed(await gzipAside(bytes, codec.configuration.level));
    else if (codec.name === "crc32c") bytes = appendChecksum(bytes);
  }
  return bytes;
}

/**
 * The `length` values of one stored chunk. Throws `corrupt` when the bytes do not decode, fail their checksum or
 * are of another length, and `unsupported` for codecs that this package does not write.
 */
export function decodeChunk(
  stored: Uint8Array,
  dataType: DataType,
  length: number,
  codecs: readonly Codec[],
): ChunkValues {
  requireLittleEndian();
  const expected = length * bytesPerValue(dataType);
  let bytes = stored;
  for (const codec of codecs.toReversed()) {
    if (codec.name === "gzip") bytes = gunzip(bytes, expected + CHECKSUM_BYTES);
    else if (codec.name === "crc32c") bytes = verifyChecksum(bytes);
    else if (codec.name !== "bytes" || (codec.configuration?.endian ?? "little") !== "little") {
      throw new ZarrError(
        "unsupported",
        `codec ${JSON.stringify(codec)} is not one of bytes (little), gzip, crc32c`,
      );
    }
  }
  if (bytes.byteLength !== expected) {
    throw new ZarrError("corrupt", `chunk decodes to ${bytes.byteLength} bytes instead of ${expected}`);
  }
  return valuesOf(dataType, bytes);
}

const CHECKSUM_BYTES = 4;
/** Byte 9 of a gzip header names the writer's operating system; 255 is "unknown" (RFC 1952). */
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNKNOWN = 255;

function rawBytes(values: ChunkValues): Uint8Array<ArrayBufferLike> {
  requireLittleEndian();
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A gzip stream that says the same wherever it was written. */
function signed(stream: Uint8Array): Uint8Array {
  stream[GZIP_OS_BYTE] = GZIP_OS_UNKNOWN;
  return stream;
}

function gunzip(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return gunzipped(bytes, maxOutputLength);
  } catch (cause) {
    throw new ZarrError("corrupt", `chunk is no gzip stream of at most ${maxOutputLength} bytes`, { cause });
  }
}

function appendChecksum(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.byteLength + CHECKSUM_BYTES);
  out.set(bytes);
  new DataView(out.buffer).setUint32(bytes.byteLength, crc32c(bytes), true);
  return out;
}

function verifyChecksum(bytes: Uint8Array): Uint8Array {
  const end = bytes.byteLength - CHECKSUM_BYTES;
  const body = bytes.subarray(0, Math.max(end, 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (end < 0 || view.getUint32(end, true) !== crc32c(body)) {
    throw new ZarrError("corrupt", "chunk does not match its crc32c checksum");
  }
  return body;
}

/** Typed arrays have the platform's byte order; every platform that runs Node in earnest is little-endian. */
function requireLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new ZarrError(
      "unsupported",
      "this platform is big-endian; chunks are written and read little-endian only",
    );
  }
}
