import type { Combination } from "@zagg/stats";
import { describe, expect, test } from "vitest";
import { binner, pixelsOf } from "./bin.js";
import type { PixelGrid } from "./pixel-grid.js";

const PIXELS = Int32Array.of(0, 0, 1, -1, 0, 2);
const VALUES = Float64Array.of(2, 4, 7, 100, Number.NaN, 5);
const COUNTS = Int32Array.of(1, 3, 2, 1, 9, 0);

describe("reductions", () => {
  test.each([
    ["sum", [6, 7, 5]],
    ["mean", [(2 + 12) / 4, 7, Number.NaN]],
    ["sigma", [Math.hypot(2, 12) / 4, 7, Number.NaN]],
    ["min", [2, 7, 5]],
    ["max", [4, 7, 5]],
  ] as [Combination, number[]][])("%s", (reduction, expected) => {
    const bins = binner(reduction, 4);
    bins.add(PIXELS, VALUES, COUNTS);
    expect([...bins.finish()]).toEqual([...expected, Number.NaN].map(Math.fround));
  });

  test("cells may come in pieces", () => {
    const bins = binner("mean", 1);
    bins.add(Int32Array.of(0), [1], [1]);
    bins.add(Int32Array.of(0), [4], [2]);
    expect([...bins.finish()]).toEqual([3]);
  });

  test("without counts, cells weigh the same", () => {
    const bins = binner("mean", 1);
    bins.add(Int32Array.of(0, 0), [1, 4]);
    expect([...bins.finish()]).toEqual([2.5]);
  });
});

test("pixelsOf: rows run down from the top; outside is -1; a grid may pass the antimeridian", () => {
  const grid: PixelGrid = { crs: "EPSG:4326", spacing: 5, left: 170, top: 10, width: 4, height: 2 };
  const lon = Float64Array.of(171, 179, -179, -171, -169, 169, 171);
  const lat = Float64Array.of(9, 9, 9, 1, 1, 9, -1);
  expect([...pixelsOf(grid, lon, lat)]).toEqual([0, 1, 2, 7, -1, -1, -1]);
});
