import { readFileSync } from "node:fs";
import { cellBoundary, cellCentre, cellOf, cellOfMorton, type ShardGrid } from "@zagg/healpix";
import { projectionOf } from "@zagg/map";
import { dataPath, sharedData } from "@zagg/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bbox } from "./model.js";
import { bboxCoverage, discoverCells, shardsBbox } from "./region.js";

const geodetic: ShardGrid = { parentOrder: 6, latitude: "geodetic" };
const authalic: ShardGrid = { parentOrder: 6, latitude: "authalic" };

function shardAt(lon: number, lat: number, grid: ShardGrid): number {
  return cellOf(grid.parentOrder, lon, lat, grid.latitude);
}

describe.skipIf(!sharedData.present)(`the Antarctic area (${sharedData.reason})`, () => {
  // Read by the tests: this describe's own body runs even where it is skipped.
  const reference = () =>
    JSON.parse(readFileSync(dataPath("morton", "morton_coverage_antarctic_basins.json"), "utf8"));

  const cellsOf010 = (order: number): number[] =>
    reference()
      [order].union.map((id: number) => Number(cellOfMorton(String(id)).cell))
      .sort((a: number, b: number) => a - b);

  test.each([4, 5, 6])("geodetic, order %i: exactly the cells of 0.1.0", (parentOrder) => {
    const found = discoverCells({}, { parentOrder, latitude: "geodetic" });
    expect(found).toEqual(cellsOf010(parentOrder));
    if (parentOrder === 6) expect(found).toHaveLength(1334);
  });

  test.each([7, 8])(
    "order %i: all of 0.1.0's cells, and ones inside that its filling left out",
    (parentOrder) => {
      const found = discoverCells({}, { parentOrder, latitude: "geodetic" });
      const theirs = new Set(cellsOf010(parentOrder));
      const more = found.filter((cell) => !theirs.has(cell));
      expect(found.length - more.length).toBe(theirs.size);
      expect(more.length).toBeLessThan(found.length * 0.02);
      const outlines = JSON.parse(
        readFileSync(dataPath("morton", "ant_basins_reconstructed_every100.geojson"), "utf8"),
      );
      const rings: [number, number][][] = outlines.features.map(
        (feature: { geometry: { coordinates: [number, number][][] } }) =>
          feature.geometry.coordinates[0]?.map(([lon, lat]) => projectionOf("EPSG:3031").forward(lon, lat)),
      );
      for (const cell of more) {
        const [lon, lat] = cellCentre(parentOrder, cell, "geodetic");
        const [x, y] = projectionOf("EPSG:3031").forward(lon, lat);
        expect(rings.some((ring) => surrounds(ring, x, y))).toBe(true);
      }
    },
  );
});

/** Even-odd rule in the plane, independent of the coverage. */
function surrounds(ring: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  ring.forEach(([x0, y0], i) => {
    const [x1, y1] = ring[(i + 1) % ring.length] as readonly [number, number];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  });
  return inside;
}

describe("built-in areas", () => {
  test("authalic: ten cells more at order 6 (12 gained, 2 lost by the shift of 7 km), the same places", () => {
    const cells = discoverCells({ area: "antarctica" }, authalic);
    expect(cells.length).toBe(1344);
    for (const [lon, lat] of [
      [0, -90],
      [106.8, -78.5],
      [-100, -78],
      [11.8, -70.8],
      [-64, -70],
    ] as const) {
      expect(cells).toContain(shardAt(lon, lat, authalic));
    }
    expect(cells).not.toContain(shardAt(-180, -80, authalic)); // the Ross ice shelf floats
  });

  test("Greenland, and the world", () => {
    const greenland = discoverCells({ area: "greenland" }, authalic);
    for (const [lon, lat] of [
      [-38.5, 72.6],
      [-51.7, 64.2],
      [-30, 83.5],
    ] as const) {
      expect(greenland).toContain(shardAt(lon, lat, authalic));
    }
    expect(greenland).not.toContain(shardAt(-20, 65, authalic)); // Iceland
    expect(greenland).not.toContain(shardAt(-80, 80, authalic)); // Ellesmere Island
    expect(discoverCells({ area: "world" }, { parentOrder: 3, latitude: "authalic" })).toHaveLength(768);
  });

  test("finer than stored: the same area in smaller cells", () => {
    const grid = (parentOrder: number): ShardGrid => ({ parentOrder, latitude: "authalic" });
    const box: Bbox = [-45, 70, -44, 71];
    const coarse = new Set(discoverCells({ area: "greenland", bbox: box }, grid(11)));
    const fine = discoverCells({ area: "greenland", bbox: box }, grid(12));
    expect(fine.length).toBeGreaterThan(coarse.size * 3);
    expect(fine.every((cell) => coarse.has(Math.floor(cell / 4)))).toBe(true);
  });
});

describe("polygons and boxes", () => {
  const square = {
    boundary: [
      [-50, 70],
      [-40, 70],
      [-40, 75],
      [-50, 75],
      [-50, 70],
    ] as const,
    holes: [],
  };

  test("a box restricts an area to what it touches", () => {
    const whole = discoverCells({ polygons: [square] }, authalic);
    const part = discoverCells({ polygons: [square], bbox: [-60, 74, -45, 80] }, authalic);
    expect(part.length).toBeGreaterThan(0);
    expect(part.length).toBeLessThan(whole.length);
    expect(part.every((cell) => whole.includes(cell))).toBe(true);
    expect(part).toContain(shardAt(-47, 74.5, authalic));
  });

  test("a box beside the area is an error that tells of --area world", () => {
    expect(() => discoverCells({ bbox: [-50, 60, -40, 70] }, authalic)).toThrow(/--area world/);
    expect(discoverCells({ area: "world", bbox: [-50, 60, -40, 70] }, authalic)).toContain(
      shardAt(-45, 65, authalic),
    );
  });

  test("every point of a box is in its cells, across the antimeridian and at the poles too", () => {
    const box = fc
      .tuple(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -90, max: 89, noNaN: true }),
        fc.double({ min: 0.01, max: 359, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
      )
      .map(([west, south, width, part]): Bbox => {
        const east = west + width > 180 ? west + width - 360 : west + width;
        return [west, south, east, Math.min(90, south + (90 - south) * part)]; // not beyond by rounding
      });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(box, share, share, fc.constantFrom(geodetic, authalic), ([w, s, e, n], x, y, grid) => {
        const along = w + x * ((e < w ? e + 360 : e) - w);
        const lon = along > 180 ? along - 360 : along;
        const cell = shardAt(lon, Math.min(n, s + y * (n - s)), grid);
        const { ranges } = bboxCoverage([w, s, e, n], grid);
        let inside = false;
        for (let k = 0; k < ranges.length; k += 2) {
          inside ||= (ranges[k] as number) <= cell && cell < (ranges[k + 1] as number);
        }
        expect(inside).toBe(true);
      }),
      // Its last point lies, by rounding, beyond 360 degrees, where no longitude is.
      {
        examples: [[[23.22474439522077, 0, 1.1368683772161603e-13, 0.9], 0.9999999999999998, 0, geodetic]],
      },
    );
  });
});

describe("the box of shards", () => {
  test("Antarctica, Greenland, both sides of the antimeridian", () => {
    const [west, south, east, north] = shardsBbox(discoverCells({}, authalic), authalic);
    expect([west, south, east]).toEqual([-180, -90, 180]);
    expect(north).toBeGreaterThan(-62.8);
    expect(north).toBeLessThan(-62);
    const fiji = shardsBbox(
      discoverCells({ area: "world", bbox: [177, -19, -178, -16] }, authalic),
      authalic,
    );
    expect(fiji[0]).toBeGreaterThan(170);
    expect(fiji[2]).toBeLessThan(-170);
  });

  test("holds every corner of every shard", () => {
    const cells = fc.array(fc.nat({ max: 12 * 4 ** 6 - 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(cells, fc.constantFrom(geodetic, authalic), (shards, grid) => {
        const [west, south, east, north] = shardsBbox(
          [...new Set(shards)].sort((a, b) => a - b),
          grid,
        );
        for (const shard of shards) {
          for (const [lon, lat] of cellBoundary(6, shard, { latitude: grid.latitude, step: 4 })) {
            expect(lat).toBeGreaterThanOrEqual(south);
            expect(lat).toBeLessThanOrEqual(north);
            if (Math.abs(lat) > 90 - 1e-9) continue; // any longitude is the pole's
            const inside = west <= east ? west <= lon && lon <= east : lon >= west || lon <= east;
            expect(inside || Math.abs(Math.abs(lon) - 180) < 1e-9).toBe(true);
          }
        }
      }),
    );
  });
});
