import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fletcher32 } from "../bytes/checksum.js";
import type { Filter } from "../messages/filter-pipeline.js";
import { join, u32 } from "../testing/build.js";
import { decodeChunk, expectSupported } from "./pipeline.js";

const DEFLATE: Filter = { id: 1, name: "", parameters: [6] };
const SHUFFLE: Filter = { id: 2, name: "", parameters: [4] };
const FLETCHER32: Filter = { id: 3, name: "", parameters: [] };

const values = Uint8Array.from({ length: 400 }, (_, i) => (i * i) % 251);
const deflated = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes));
const summed = (bytes: Uint8Array) => join(bytes, u32(fletcher32(bytes)));

/** The first bytes of all elements, then the second ones, … */
function shuffled(bytes: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => {
    const count = bytes.length / size;
    return bytes[(i % count) * size + Math.floor(i / count)] ?? 0;
  });
}

/** Decodes a chunk of 400 bytes at address 77. */
const decode = (stored: Uint8Array, filters: readonly Filter[], mask = 0) =>
  new Uint8Array(decodeChunk(stored, filters, mask, 400, 77));

describe("decodeChunk", () => {
  it("undoes the filters, the last one first", () => {
    const stored = summed(deflated(shuffled(values, 4)));
    expect(decode(stored, [SHUFFLE, DEFLATE, FLETCHER32])).toEqual(values);
    const other = deflated(summed(shuffled(values, 4)));
    expect(decode(other, [SHUFFLE, FLETCHER32, DEFLATE])).toEqual(values);
  });

  it("leaves out what a chunk skipped", () => {
    const filters = [SHUFFLE, DEFLATE, FLETCHER32];
    expect(decode(values, filters, 0b111)).toEqual(values);
    expect(decode(deflated(values), filters, 0b101)).toEqual(values);
    expect(decode(deflated(values), [FLETCHER32, DEFLATE], 0b01)).toEqual(values);
  });

  it("takes checksums with swapped halves, as old writers left them", () => {
    const sum = u32(fletcher32(values));
    const swapped = Uint8Array.from([1, 0, 3, 2], (i) => sum[i] ?? 0);
    expect(decode(join(values, swapped), [FLETCHER32])).toEqual(values);
  });

  it.each([
    ["a wrong checksum", summed(values).fill(1, 5, 6), [FLETCHER32], /the fletcher32 checksum of a chunk/],
    ["no room for a checksum", u32(1).subarray(1), [FLETCHER32], /a chunk shorter than its checksum/],
    ["no deflated bytes", values, [DEFLATE], /a deflated chunk does not inflate/],
    ["more than a chunk", deflated(new Uint8Array(1e6)), [DEFLATE], /a deflated chunk does not inflate/],
    [
      "less than a chunk",
      deflated(values.subarray(1)),
      [DEFLATE],
      /a chunk of 399 bytes where 400 were expected/,
    ],
  ])("refuses %s", (_, stored, filters, problem) => {
    expect(() => decode(stored, filters)).toThrow(
      expect.objectContaining({ code: "corrupt", address: 77, problem: expect.stringMatching(problem) }),
    );
  });

  it.each([
    [{ id: 32015, name: "zstd", parameters: [] }, "filter 32015 (Zstandard)"],
    [{ id: 999, name: "mine", parameters: [] }, "filter 999 (mine)"],
    [{ id: 999, name: "", parameters: [] }, "filter 999 (unnamed)"],
  ])("names a filter that it does not know: %j", (filter, feature) => {
    const unsupported = expect.objectContaining({ code: "unsupported", feature });
    expect(() => decode(values, [filter])).toThrow(unsupported);
    expect(() => expectSupported([SHUFFLE, filter], 0)).toThrow(unsupported);
    expectSupported([SHUFFLE, filter], 0b10);
  });

  it("takes shuffled elements of a size that the file does not tell for bytes", () => {
    expect(decode(values, [{ ...SHUFFLE, parameters: [] }])).toEqual(values);
  });
});
