import { describe, expect, test } from "vitest";
import { boundsOf, degreesLabel, graticuleOf } from "./graticule.js";
import { gridOver } from "./pixel-grid.js";

describe("bounds", () => {
  test("a grid with the pole in it spans all longitudes", () => {
    const grid = gridOver("EPSG:3031", { left: -1e6, right: 2e6, bottom: -1e6, top: 1e6 }, 1e4);
    const bounds = boundsOf(grid);
    expect(bounds).toMatchObject({ west: -180, east: 180, south: -90 });
    expect(bounds.north).toBeGreaterThan(-75);
  });

  test("a grid across the antimeridian is narrow", () => {
    const { west, east } = boundsOf(
      gridOver("EPSG:3031", { left: -2e5, right: 2e5, bottom: -2e6, top: -1e6 }, 1e4),
    );
    expect(west).toBeGreaterThan(160);
    expect(east - west).toBeLessThan(40);
  });
});

test("a map of a continent has a handful of parallels and twelve meridians", () => {
  const lines = graticuleOf(gridOver("EPSG:3031", { left: -3e6, right: 3e6, bottom: -3e6, top: 3e6 }, 1e4));
  const labels = lines.map(degreesLabel);
  expect(labels.filter((label) => /[EW]$|^0°$|^180°$/.test(label))).toHaveLength(12);
  expect(labels).toEqual(expect.arrayContaining(["80°S", "70°S", "120°W", "180°", "0°"]));
});

test("a map of a glacier has lines too", () => {
  const lines = graticuleOf(
    gridOver("EPSG:3413", { left: 2e5, right: 2.2e5, bottom: -2.02e6, top: -2e6 }, 100),
  );
  expect(lines.filter(({ kind }) => kind === "parallel").length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThan(20);
});
