import { cellCentre } from "@zagg/healpix";
import type { CellLayout } from "@zagg/map";
import { describe, expect, test } from "vitest";
import { type GridChoice, targetGrid } from "./target-grid.js";

function layoutWhere(here: (lat: number, lon: number) => boolean): CellLayout {
  const shards = Array.from({ length: 12 * 4 ** 4 }, (_, shard) => shard).filter((shard) => {
    const [lon, lat] = cellCentre(4, shard, "authalic");
    return here(lat, lon > 180 ? lon - 360 : lon);
  });
  return { parentOrder: 4, childOrder: 6, latitude: "authalic", shards };
}

const SOUTH = layoutWhere((lat) => lat < -70);
const GLOBE = layoutWhere(() => true);

describe("what would draw nothing is refused, and why is said", () => {
  test.each<[string, CellLayout, GridChoice, RegExp]>([
    [
      "the other half",
      SOUTH,
      { crs: "EPSG:3413" },
      /EPSG:3413 holds the northern half .* lies between 90°S and 6/,
    ],
    ["a globe on a polar map", GLOBE, { crs: "EPSG:3031" }, /holds the southern half .* and 90°N/],
    [
      "a box elsewhere",
      SOUTH,
      { bbox: { west: 0, south: 10, east: 5, north: 20 } },
      /holds nothing of the product/,
    ],
    [
      "south above north",
      SOUTH,
      { bbox: { west: 10, south: -70, east: 20, north: -80 } },
      /south is not below/,
    ],
    ["no latitudes", SOUTH, { bbox: { west: 0, south: 100, east: 10, north: 110 } }, /from -90 to 90/],
    ["no longitudes", SOUTH, { bbox: { west: 0, south: -80, east: 400, north: -75 } }, /from -360 to 360/],
    ["no width", SOUTH, { bbox: { west: 5, south: -80, east: 5, north: -75 } }, /west is its east/],
  ])("%s", (_, layout, choice, why) => {
    expect(() => targetGrid(layout, choice)).toThrow(why);
  });

  test("swapped latitudes and longitudes are guessed", () => {
    const bbox = { west: -80, south: 8, east: -72, north: 14 };
    expect(() => targetGrid(SOUTH, { bbox })).toThrow(/are latitudes and longitudes swapped\?/);
  });
});

test("by default a map has pixels of 2 km, or as much more as it needs to fit", () => {
  expect(targetGrid(SOUTH).spacing).toBe(2000);
  const { width, height, spacing } = targetGrid(GLOBE);
  expect(width * height).toBeLessThanOrEqual(2 ** 24);
  expect(spacing).toBeCloseTo(10_000 / 111_319.4908, 9);
});

test("a box means the same in longitudes of -180..180 and of 0..360", () => {
  const pacific = layoutWhere((lat, lon) => Math.abs(lat) < 20 && (lon > 150 || lon < -150));
  const grids = [
    { west: 170, south: -10, east: -170, north: 10 },
    { west: 170, south: -10, east: 190, north: 10 },
    { west: -190, south: -10, east: -170, north: 10 },
  ].map((bbox) => targetGrid(pacific, { bbox, spacing: 10_000 }));
  expect(new Set(grids.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
});
