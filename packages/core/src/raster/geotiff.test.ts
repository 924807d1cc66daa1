import { inflateSync } from "node:zlib";
import { type Crs, gridOver } from "@zagg/map";
import { describe, expect, test } from "vitest";
import { encodeGeoTiff } from "./geotiff.js";

/** Tags of a classic little-endian TIFF, and its strips behind each other. */
function decode(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect([...bytes.subarray(0, 4)]).toEqual([0x49, 0x49, 42, 0]);
  const directory = view.getUint32(4, true);
  const tags = new Map<number, number[]>();
  for (let i = 0; i < view.getUint16(directory, true); i++) {
    const at = directory + 2 + 12 * i;
    const [type, count] = [view.getUint16(at + 2, true), view.getUint32(at + 4, true)];
    const size = { 2: 1, 3: 2, 4: 4, 12: 8 }[type] as number;
    const from = size * count <= 4 ? at + 8 : view.getUint32(at + 8, true);
    const read = (to: number) => {
      if (size === 1) return view.getUint8(to);
      if (size === 2) return view.getUint16(to, true);
      return size === 4 ? view.getUint32(to, true) : view.getFloat64(to, true);
    };
    tags.set(
      view.getUint16(at, true),
      Array.from({ length: count }, (_, k) => read(from + k * size)),
    );
  }
  const [offsets, lengths] = [tags.get(273) ?? [], tags.get(279) ?? []];
  const strips = offsets.map((offset, i) =>
    inflateSync(bytes.subarray(offset, offset + (lengths[i] as number))),
  );
  const raw = Buffer.concat(strips);
  const values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  return { tags, strips, values, text: (tag: number) => Buffer.from(tags.get(tag) ?? []).toString("utf8") };
}

const grid = (crs: Crs, width: number, height: number) =>
  gridOver(crs, { left: 1000, right: 1000 + 50 * width, bottom: -50 * height, top: 0 }, 50);

describe("a GeoTIFF", () => {
  test("of one band: its pixels, place and name", async () => {
    const values = Float32Array.of(1, 2, Number.NaN, 4, 5, 6);
    const { tags, text, ...pixels } = decode(
      await encodeGeoTiff(grid("EPSG:3031", 3, 2), new Map([['h < 0 & "h"', values]])),
    );
    expect(pixels.values).toEqual(values);
    const short = Object.fromEntries(
      [...tags].filter(([tag]) => [256, 257, 258, 259, 277, 284, 339].includes(tag)),
    );
    expect(short).toEqual({ 256: [3], 257: [2], 258: [32], 259: [8], 277: [1], 284: [1], 339: [3] });
    expect(tags.has(338)).toBe(false);
    expect(tags.get(33550)).toEqual([50, 50, 0]);
    expect(tags.get(33922)).toEqual([0, 0, 0, 1000, 0, 0]);
    // Version, number of keys, then projected, area, EPSG:3031.
    expect(tags.get(34735)).toEqual([1, 1, 1, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 3031]);
    expect(text(42112)).toContain('sample="0" role="description">h &#60; 0 &#38; &#34;h&#34;</Item>');
    expect(text(42113)).toBe("nan\0");
    expect([...tags.keys()]).toEqual([...tags.keys()].sort((a, b) => a - b));
  });

  test("of two bands: one after the other; in degrees", async () => {
    const [first, second] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    const { tags, values } = decode(
      await encodeGeoTiff(
        grid("EPSG:4326", 1, 2),
        new Map([
          ["a", first],
          ["b", second],
        ]),
      ),
    );
    expect([...values]).toEqual([1, 2, 3, 4]);
    expect([tags.get(277), tags.get(284), tags.get(338), tags.get(258)]).toEqual([[2], [2], [0], [32, 32]]);
    expect(tags.get(34735)).toEqual([1, 1, 1, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326]);
  });

  test("of a large raster: strips of whole rows", async () => {
    const values = Float32Array.from({ length: 300 * 500 }, (_, i) => i);
    const { tags, strips, ...rest } = decode(
      await encodeGeoTiff(grid("EPSG:3413", 300, 500), new Map([["a", values]])),
    );
    expect(tags.get(278)).toEqual([218]);
    expect(strips.map((strip) => strip.length)).toEqual([218, 218, 64].map((rows) => rows * 300 * 4));
    expect(rest.values).toEqual(values);
  });
});
