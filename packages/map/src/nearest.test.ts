import { cellCentre, cellOf } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { type CellLayout, cellIndex } from "./cell-layout.js";
import type { Crs } from "./crs.js";
import { nearestPositions } from "./nearest.js";
import { columnCentres, gridOver, rowCentres } from "./pixel-grid.js";
import { projectionOf } from "./projection.js";

/** Every second shard of the globe, so that many pixels have none. */
function layout(latitude: CellLayout["latitude"], parentOrder: number, childOrder: number): CellLayout {
  const shards = Array.from({ length: 6 * 4 ** parentOrder }, (_, i) => 2 * i);
  return { childOrder, parentOrder, latitude, shards };
}

describe.each([
  ["EPSG:3031", "authalic", 3_000_000, 37_000],
  ["EPSG:3413", "geodetic", 3_000_000, 37_000],
  ["EPSG:4326", "authalic", 180, 1.7],
] as [Crs, CellLayout["latitude"], number, number][])("%s, %s", (crs, latitude, half, spacing) => {
  test("every pixel takes the cell that holds its centre", () => {
    const index = cellIndex(layout(latitude, 2, 6));
    const grid = gridOver(crs, { left: -half, right: half, bottom: -half / 2, top: half }, spacing);
    const positions = nearestPositions(grid, index, 0, grid.height);
    const [xs, ys] = [columnCentres(grid), rowCentres(grid)];
    let found = 0;
    positions.forEach((position, pixel) => {
      const x = xs[pixel % grid.width] as number;
      const [lon, lat] = projectionOf(crs).inverse(x, ys[Math.floor(pixel / grid.width)] as number);
      const cell = cellOf(6, lon, lat, latitude);
      const parent = Math.floor(cell / 256);
      const expected = cell < 0 || parent % 2 === 1 ? -1 : (parent / 2) * 256 + (cell % 256);
      if (position !== expected) throw new Error(`pixel ${pixel}: ${position}, not ${expected}`);
      if (position >= 0) found++;
    });
    expect(found).toBeGreaterThan(positions.length / 8);
  });
});

test("bands of rows make up the whole", () => {
  const index = cellIndex(layout("authalic", 1, 4));
  const grid = gridOver("EPSG:3031", { left: -2e6, right: 2e6, bottom: -2e6, top: 2e6 }, 250_000);
  const bands = [0, 5, 10, 15].map((row) =>
    nearestPositions(grid, index, row, Math.min(row + 5, grid.height)),
  );
  const whole = nearestPositions(grid, index, 0, grid.height);
  expect(bands.flatMap((band) => [...band])).toEqual([...whole]);
});

test("shards in any order, as a 0.1.0 catalog has them, and shards that are unknown", () => {
  const index = cellIndex({ childOrder: 3, parentOrder: 1, latitude: "geodetic", shards: [40, -1, 7] });
  const cells = Float64Array.of(40 * 16 + 3, 7 * 16, 8 * 16, -1);
  const out = new Int32Array(4);
  index.positions(cells, out);
  expect([...out]).toEqual([3, 32, -1, -1]);
  const [lon, lat] = cellCentre(3, index.firstCell(2), "geodetic");
  expect(cellOf(1, lon, lat, "geodetic")).toBe(7);
});

test("fine parent orders use a map instead of a table, with the same answers", () => {
  const index = cellIndex({ childOrder: 12, parentOrder: 11, latitude: "authalic", shards: [5, 4 ** 11] });
  const out = new Int32Array(3);
  index.positions(Float64Array.of(20, 4 ** 12 + 3, 1), out);
  expect([...out]).toEqual([0, 7, -1]);
});
