import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codecsFor, decodeChunk, encodeChunk, encodeChunkAside } from "./codec.js";
import { crc32c } from "./crc32c.js";
import { isZarrError, ZarrError } from "./error.js";

const CHAINS = ["none", "crc32c", "gzip"] as const;

describe("crc32c", () => {
  // RFC 3720, appendix B.4.
  test.each([
    ["32 bytes of zeroes", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["32 bytes of incrementing 00..1f", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["the check string", new TextEncoder().encode("123456789"), 0xe3069283],
  ])("%s", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe("chunk codecs", () => {
  test("without compression a chunk is the values, little-endian", () => {
    expect([...encodeChunk(Int32Array.of(1, -2), codecsFor("int32", "none"))]).toEqual([
      1, 0, 0, 0, 254, 255, 255, 255,
    ]);
    expect([...encodeChunk(BigUint64Array.of(258n), codecsFor("uint64", "none"))]).toEqual([
      2, 1, 0, 0, 0, 0, 0, 0,
    ]);
  });

  test("only the view is encoded, not the buffer it lies in", () => {
    const view = new Float32Array(8).fill(1).subarray(2, 4);
    expect(encodeChunk(view, codecsFor("float32", "none"))).toHaveLength(8);
  });

  test("the gzip header holds no time and no platform", () => {
    const bytes = encodeChunk(new Uint8Array(100), codecsFor("uint8", "gzip"));
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    expect(gunzipSync(bytes)).toHaveLength(100);
  });

  test("every chain gives back every value, bit for bit", () => {
    const values = fc.oneof(
      fc.float64Array().map((array) => ["float64", array] as const),
      fc.float32Array().map((array) => ["float32", array] as const),
      fc.bigUint64Array().map((array) => ["uint64", array] as const),
      fc.int16Array().map((array) => ["int16", array] as const),
      fc.uint8Array().map((array) => ["uint8", array] as const),
    );
    fc.assert(
      fc.property(values, fc.constantFrom(...CHAINS), fc.nat(3), ([dataType, array], chain, shift) => {
        const codecs = codecsFor(dataType, chain);
        const encoded = encodeChunk(array, codecs);
        // As a slice of a larger read, at whatever alignment.
        const shifted = new Uint8Array(encoded.length + shift).subarray(shift);
        shifted.set(encoded);
        for (const stored of [shifted, Buffer.from(shifted.buffer, shift)]) {
          const decoded = decodeChunk(stored, dataType, array.length, codecs);
          expect(new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength)).toEqual(
            new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
          );
        }
      }),
    );
  });

  test.each(CHAINS)("%s: aside from the caller's thread come the same bytes", async (chain) => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const codecs = codecsFor("float32", chain);
    expect(await encodeChunkAside(values, codecs)).toEqual(encodeChunk(values, codecs));
  });

  test("with a checksum, a damaged chunk never decodes to other values", () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => i / 3);
    for (const chain of ["crc32c", "gzip"] as const) {
      const codecs = codecsFor("float32", chain);
      const stored = encodeChunk(values, codecs);
      let noticed = 0;
      for (let bit = 0; bit < 8 * stored.length; bit++) {
        const broken = stored.slice();
        broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
        try {
          // A few bits of a gzip stream mean nothing: its time, its flags, the padding of its last byte.
          expect(decodeChunk(broken, "float32", 64, codecs), `${chain}, bit ${bit}`).toEqual(values);
        } catch (error) {
          expect(isZarrError(error) && error.code, `${chain}, bit ${bit}: ${error}`).toBe("corrupt");
          noticed++;
        }
      }
      expect(noticed).toBeGreaterThan(0.9 * 8 * stored.length);
    }
  });

  test.each(CHAINS)("%s: a chunk of another length is corrupt", (chain) => {
    const codecs = codecsFor("float32", chain);
    const stored = encodeChunk(new Float32Array(64), codecs);
    for (const length of [63, 65, 1]) {
      expect(() => decodeChunk(stored, "float32", length, codecs)).toThrow(
        expect.objectContaining({ code: "corrupt" }),
      );
    }
    expect(() => decodeChunk(stored.subarray(0, 3), "float32", 64, codecs)).toThrow(ZarrError);
  });

  test("codecs of others are refused by name", () => {
    const zstd = [{ name: "bytes" }, { name: "zstd", configuration: { level: 0 } }] as never;
    expect(() => decodeChunk(new Uint8Array(4), "float32", 1, zstd)).toThrow(/zstd/);
    const big = [{ name: "bytes", configuration: { endian: "big" } }] as never;
    expect(() => decodeChunk(new Uint8Array(4), "float32", 1, big)).toThrow(/big/);
  });
});
