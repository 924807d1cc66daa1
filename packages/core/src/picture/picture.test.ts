import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { columnCentres, gridOver, limitsOf, projectionOf, rowCentres } from "@zagg/map";
import { describe, expect, test } from "vitest";
import type { Raster } from "../raster/raster.js";
import { renderPng } from "./picture.js";

/** A bumpy field with gaps, in sectors of every coverage, over the pole and the antimeridian. */
function field(crs: Raster["grid"]["crs"], half: number, spacing: number): Raster {
  const grid = gridOver(crs, { left: -half, right: half, bottom: -half / 2, top: half / 2 }, spacing);
  const [xs, ys] = [columnCentres(grid), rowCentres(grid)];
  const values = new Float32Array(grid.width * grid.height);
  const coverage = new Uint8Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const y = ys[Math.floor(pixel / grid.width)] as number;
    const [lon, lat] = projectionOf(crs).inverse(xs[pixel % grid.width] as number, y);
    const bare = Math.abs(lat) > 88 || Math.abs(lat) < 72 || Math.abs(lon) > 170;
    values[pixel] = bare ? Number.NaN : 2000 + 1500 * Math.cos(lat / 5) * Math.cos((lon * Math.PI) / 60);
    coverage[pixel] = Math.abs(lat) < 66 ? 0 : 1 + (Math.floor((lon + 180) / 72) % 5);
  }
  return { grid, values, coverage };
}

const polar = field("EPSG:3031", 3e6, 25_000);
const north = field("EPSG:3413", 3e6, 25_000);
const world = field("EPSG:4326", 180, 1);

describe("golden pictures", () => {
  test.each([
    [
      "south",
      () =>
        renderPng(
          { raster: polar, title: "h_mean", label: "mean surface height [m]" },
          { caption: ["product.zarr · nearest"] },
        ),
    ],
    [
      "north",
      () =>
        renderPng([
          {
            raster: north,
            title: "count",
            label: "number of segments",
            palette: "cividis",
            scale: limitsOf(north.values, true),
          },
          { raster: north, title: "h_sigma", label: "uncertainty [m]", palette: "magma" },
        ]),
    ],
    [
      "world",
      () => renderPng({ raster: world, title: "h_mean", label: "mean surface height [m]", palette: "ice" }),
    ],
  ] as const)("%s", (name, render) => {
    compare(name, render());
  });
});

test("a word wider than its map widens the picture instead of being cut", () => {
  const grid = gridOver("EPSG:3031", { left: 0, right: 1e5, bottom: 0, top: 1e6 }, 1e5);
  const raster = { grid, values: new Float32Array(grid.width * grid.height).fill(1) };
  const label = "a very long label that says what the colours of this narrow map mean, and in which unit [m]";
  const wide = decodePng(renderPng({ raster, title: "t", label }));
  const narrow = decodePng(renderPng({ raster, title: "t", label: "short" }));
  expect(wide.width).toBeGreaterThan(narrow.width);
  // The outermost columns are paper: nothing reaches the edge.
  for (const { width, pixels } of [wide, narrow]) {
    const last = pixels.filter((_, i) => Math.floor(i / 3) % width === width - 1);
    expect(last.every((v) => v === 255)).toBe(true);
  }
});

/** Pixels may differ a little between versions of Node; more than this share may not. */
const TOLERATED_SHARE = 0.001;
const TOLERATED_DIFFERENCE = 8;

/** With ZAGG_UPDATE_GOLDENS=1 the picture is written instead: look at it before you commit it. */
function compare(name: string, png: Uint8Array): void {
  const path = fileURLToPath(new URL(`../../goldens/${name}.png`, import.meta.url));
  if (process.env.ZAGG_UPDATE_GOLDENS === "1") writeFileSync(path, png);
  expect(existsSync(path)).toBe(true);
  const [found, golden] = [decodePng(png), decodePng(readFileSync(path))];
  expect([found.width, found.height]).toEqual([golden.width, golden.height]);
  const other = found.pixels.filter(
    (v, i) => Math.abs(v - (golden.pixels[i] as number)) > TOLERATED_DIFFERENCE,
  );
  expect(other.length / found.pixels.length).toBeLessThan(TOLERATED_SHARE);
}

/** Reads back the PNGs that `encodePng` writes: 8-bit RGB, filters 0 and 2. */
function decodePng(png: Uint8Array): { width: number; height: number; pixels: Uint8Array } {
  const buffer = Buffer.from(png);
  const [width, height] = [buffer.readUInt32BE(16), buffer.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at < buffer.length; at += 12 + buffer.readUInt32BE(at)) {
    if (buffer.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(buffer.subarray(at + 8, at + 8 + buffer.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = 3 * width;
  const pixels = new Uint8Array(height * stride);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)];
    expect([0, 2]).toContain(filter);
    for (let i = 0; i < stride; i++) {
      const above = filter === 2 ? (pixels[(row - 1) * stride + i] as number) : 0;
      pixels[row * stride + i] = (raw[row * (stride + 1) + 1 + i] as number) + above;
    }
  }
  return { width, height, pixels };
}
