import { cellCentre, type Grid } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { discoverCells } from "../catalog/index.js";
import { shardsFootprint } from "./footprint.js";

const GRID: Grid = { parentOrder: 4, childOrder: 8, latitude: "authalic" };

/** Area in the plane of longitude and latitude, holes taken off: negative for rings that turn the wrong way. */
function signedArea(ring: readonly (readonly [number, number])[]): number {
  let twice = 0;
  for (let i = 1; i < ring.length; i++) {
    const [[x0, y0], [x1, y1]] = [ring[i - 1] as [number, number], ring[i] as [number, number]];
    twice += x0 * y1 - x1 * y0;
  }
  return twice / 2;
}

function polygonsOf(shards: readonly number[], grid = GRID) {
  const { geometry } = shardsFootprint(grid, shards) ?? {};
  return geometry?.type === "Polygon" ? [geometry.coordinates] : (geometry?.coordinates ?? []);
}

describe("the footprint of shards", () => {
  test("of the whole sphere is the rectangle; of none, nothing", () => {
    const all = Array.from({ length: 12 * 4 ** 4 }, (_, shard) => shard);
    const { geometry, bbox } = shardsFootprint(GRID, all) ?? {};
    expect(bbox).toEqual([-180, -90, 180, 90]);
    expect(geometry?.type).toBe("Polygon");
    expect(geometry?.coordinates).toHaveLength(1);
    expect(signedArea(geometry?.coordinates[0] as [number, number][])).toBeCloseTo(360 * 180, 6);
    expect(shardsFootprint(GRID, [])).toBeUndefined();
  });

  test("of Antarctica is drawn along the antimeridian to the pole", () => {
    const grid = { ...GRID, parentOrder: 6 };
    const shards = discoverCells({ area: "antarctica" }, grid);
    const { geometry, bbox } = shardsFootprint(grid, shards) ?? {};
    expect(geometry?.type).toBe("Polygon");
    const [[shell]] = polygonsOf(shards, grid) as [[[number, number][]]];
    expect(shell).toContainEqual([-180, -90]);
    expect(shell).toContainEqual([180, -90]);
    expect(bbox?.slice(0, 3)).toEqual([-180, -90, 180]);
    expect(JSON.stringify(geometry).length).toBeLessThan(10_000);
  });

  test("across the antimeridian is cut there, and its box runs from west to east", () => {
    const onIt = Array.from({ length: 12 * 4 ** 4 }, (_, shard) => shard).filter((shard) => {
      const [lon, lat] = cellCentre(4, shard, "authalic");
      return Math.abs(lon) > 170 && Math.abs(lat) < 20;
    });
    const { geometry, bbox } = shardsFootprint(GRID, onIt) ?? {};
    expect(geometry?.type).toBe("MultiPolygon");
    const [west, , east] = bbox as readonly number[] as [number, number, number];
    expect(west).toBeGreaterThan(160);
    expect(east).toBeLessThan(-160);
    for (const [shell] of polygonsOf(onIt)) {
      const sides = new Set((shell as [number, number][]).map(([lon]) => Math.sign(lon)));
      expect(sides.size).toBe(1);
    }
  });

  test("rings are closed, outer ones turn counter-clockwise, holes clockwise", () => {
    const around = discoverCells({ area: "world", bbox: [10, 10, 50, 50] }, GRID);
    const hole = discoverCells({ area: "world", bbox: [29, 29, 31, 31] }, GRID);
    const polygons = polygonsOf(around.filter((shard) => !hole.includes(shard)));
    expect(polygons.map((rings) => rings.map((ring) => Math.sign(signedArea(ring))))).toEqual([[1, -1]]);
    for (const ring of polygons.flat()) expect(ring.at(-1)).toEqual(ring[0]);
  });

  test("cells that meet at a corner only are polygons that touch", () => {
    // Children 0 and 3 of a cell lie across its middle, as 1 and 2 do.
    expect(polygonsOf([400, 403])).toHaveLength(2);
    expect(polygonsOf([400, 402])).toHaveLength(1);
  });

  test("many scattered shards are joined to coarser cells", () => {
    const grid = { ...GRID, parentOrder: 8 };
    const scattered = Array.from({ length: 9000 }, (_, i) => i * 87);
    const { geometry } = shardsFootprint(grid, scattered) ?? {};
    expect(JSON.stringify(geometry).length).toBeLessThan(100_000);
  });
});
