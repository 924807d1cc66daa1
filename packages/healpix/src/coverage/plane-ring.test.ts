import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellOf } from "../cell.js";
import type { LonLat } from "../centre.js";
import { neighbours } from "../neighbours.js";
import { coverPolygon } from "./cover.js";
import { planeSides } from "./plane-ring.js";

const flat = (ring: readonly LonLat[], latitude: "authalic" | "geodetic" = "authalic") =>
  ({ rings: [ring], edges: "lonlat", latitude }) as const;

/** Corners every `step` degrees from west to east, both included, at the latitude that `lat` says. */
function parallel(west: number, east: number, step: number, lat: (lon: number) => number): LonLat[] {
  const count = Math.round((east - west) / step);
  return Array.from({ length: count + 1 }, (_, k) => west + k * step).map((lon): LonLat => [lon, lat(lon)]);
}

/** The ring with every step divided evenly into at most `most` degrees of longitude, or three parts. */
function dense(ring: readonly LonLat[], most: number): LonLat[] {
  return ring.flatMap(([lon, lat], k) => {
    const [nextLon, nextLat] = ring[(k + 1) % ring.length] as LonLat;
    const parts = Math.max(3, Math.ceil(Math.abs(nextLon - lon) / most));
    return Array.from({ length: parts }, (_, n): LonLat => {
      const t = n / parts;
      return [lon + t * (nextLon - lon), lat + t * (nextLat - lat)];
    });
  });
}

/** Even-odd rule on the flat map. */
function encloses(ring: readonly LonLat[], lon: number, lat: number): boolean {
  let inside = false;
  ring.forEach(([lon0, lat0], k) => {
    const [lon1, lat1] = ring[(k + 1) % ring.length] as LonLat;
    if (lat0 > lat !== lat1 > lat && lon < lon0 + ((lat - lat0) / (lat1 - lat0)) * (lon1 - lon0))
      inside = !inside;
  });
  return inside;
}

/** A cell of order 3 and those around it: an edge that only just touches it was sampled in one of these. */
function nearby(cell: number): number[] {
  return [cell, ...neighbours(3, cell)];
}

const turned = (ring: readonly LonLat[], by: number): LonLat[] => [...ring.slice(by), ...ring.slice(0, by)];

describe("a ring on the flat map", () => {
  it("covers what its densified form covers, whatever the polygon", () => {
    const corner = fc.oneof(
      // Not nearer to a side of a cell than rounding can tell: metres from a pole, meridians are.
      fc.tuple(
        fc.integer({ min: -180e5, max: 180e5 }).map((n) => n / 1e5),
        fc.integer({ min: -89e5, max: 89e5 }).map((n) => n / 1e5),
      ),
      fc.tuple(
        fc.constantFrom(-180, -179, -150, -90, 0, 10, 90, 150, 179, 180),
        fc.constantFrom(-90, -80, -75, 0, 60, 90),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(corner, { minLength: 3, maxLength: 9 }),
        fc.double({ min: 1, max: 60, noNaN: true }),
        fc.boolean(),
        (ring, most, around) => {
          // Half of them go round, more or less: rings round a pole, bowls and wide boxes are among them.
          const corners = around ? ring.toSorted(([a], [b]) => a - b) : ring;
          fc.pre(new Set(corners.map(String)).size >= 3);
          const cells = new Set(coverPolygon(flat(corners), 4));
          const twin = new Set(coverPolygon(flat(dense(corners, most)), 4));
          // Where a line runs along cells' sides, rounding may touch one more of them: no other may differ.
          const differing = [...cells, ...twin].filter((cell) => !cells.has(cell) || !twin.has(cell));
          expect(differing).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("covers what lies inside on the flat map, and no more than its edges touch", () => {
    const corner = fc.tuple(
      fc.integer({ min: -180e3, max: 180e3 }).map((n) => n / 1e3),
      fc.integer({ min: -89e3, max: 89e3 }).map((n) => n / 1e3),
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(corner, { minLength: 3, maxLength: 6 }),
        fc.array(fc.tuple(share, share), { minLength: 20, maxLength: 40 }),
        (ring, points) => {
          // As it is written: rings that jump are tested below.
          fc.pre(
            new Set(ring.map(String)).size >= 3 &&
              planeSides(ring).every(({ lon1 }) => Math.abs(lon1) <= 180),
          );
          const cells = new Set(coverPolygon(flat(ring), 3));
          const edges = new Set(dense(ring, 0.05).map(([lon, lat]) => cellOf(3, lon, lat, "authalic")));
          for (const [x, y] of points) {
            const [lon, lat] = [360 * x - 180, 180 * y - 90];
            const cell = cellOf(3, lon, lat, "authalic");
            if (encloses(ring, lon, lat)) expect(cells).toContain(cell);
            else if (cells.has(cell)) expect(nearby(cell).some((each) => edges.has(each))).toBe(true);
          }
        },
      ),
    );
  });

  it.each<[string, LonLat[], LonLat[]]>([
    [
      "200° wide",
      [
        [-100, -75],
        [100, -75],
        [100, -65],
        [-100, -65],
      ],
      [
        [-1, -70],
        [99, -74],
        [-99, -66],
      ],
    ],
    [
      "300° wide",
      [
        [-150, -75],
        [150, -75],
        [150, -65],
        [-150, -65],
      ],
      [
        [0, -70],
        [149, -74],
        [-149, -66],
      ],
    ],
    [
      "359° wide",
      [
        [-179.5, 40],
        [179.5, 40],
        [179.5, 50],
        [-179.5, 50],
      ],
      [
        [0, 45],
        [170, 41],
      ],
    ],
    [
      "the wider side slanted",
      [
        [-179, -75],
        [179, -75],
        [170, -65],
        [-170, -65],
      ],
      [
        [0, -70],
        [160, -66],
      ],
    ],
    [
      "a triangle",
      [
        [-150, -75],
        [150, -75],
        [0, -60],
      ],
      [
        [0, -61],
        [0, -74],
        [-140, -74.9],
      ],
    ],
    [
      "in 0..360",
      [
        [20, -75],
        [340, -75],
        [340, -65],
        [20, -65],
      ],
      [
        [180, -70],
        [21, -74],
      ],
    ],
  ])("takes straight lines, however long: a polygon %s", (_, ring, inside) => {
    for (const corners of [ring, ring.toReversed(), turned(ring, 1), turned(ring, 2)]) {
      const cells = new Set(coverPolygon(flat(corners), 6));
      for (const [lon, lat] of inside) expect(cells).toContain(cellOf(6, lon, lat, "authalic"));
      for (const lat of [-90, 90, 0]) expect(cells).not.toContain(cellOf(6, 5, lat, "authalic"));
    }
  });

  const CAP = coverPolygon(flat(parallel(-180, 170, 10, () => -75)), 6);
  const level = () => -75;
  it.each<[string, LonLat[]]>([
    ["that ends before it", parallel(-180, 170, 10, level)],
    ["that closes at 180", parallel(-180, 180, 10, level)],
    ["that closes at 180, with three corners between", parallel(-180, 180, 90, level)],
    ["that closes at −180 twice", [...parallel(-180, 180, 10, level), [-180, -75], [-180, -75]]],
    ["from 0 to 360", parallel(0, 360, 10, level)],
    ["from 0 to 350", parallel(0, 350, 10, level)],
    ["from 5 to 355", parallel(5, 355, 10, level)],
    [
      "that begins at 0 and jumps in the middle",
      [...parallel(0, 180, 10, level), ...parallel(-170, -10, 10, level)],
    ],
    [
      "that comes back on itself",
      [...parallel(-180, 180, 10, level), ...parallel(-180, 180, 10, level).toReversed()],
    ],
    ["with a side to the pole and back", [...parallel(-180, 180, 10, level), [180, -90], [-180, -90]]],
    ["in quarters", parallel(-135, 135, 90, level)],
  ])("goes round the pole by a circle %s", (_, ring) => {
    for (const corners of [ring, ring.toReversed(), turned(ring, 1), turned(ring, 7 % ring.length)]) {
      expect(coverPolygon(flat(corners), 6)).toEqual(CAP);
      expect(coverPolygon(flat(dense(corners, 3)), 6)).toEqual(CAP);
    }
    const north = ring.map(([lon, lat]): LonLat => [lon, -lat]);
    expect(coverPolygon(flat(north), 6)).toHaveLength(CAP.length);
    expect(coverPolygon(flat(north), 6)).toContain(cellOf(6, 3, 89, "authalic"));
  });

  it.each<[string, (lon: number) => number]>([
    ["off the pole, across", (lon) => -75 + 3 * Math.sin((lon * Math.PI) / 180)],
    ["off the pole, towards the antimeridian", (lon) => -75 - 3 * Math.cos((lon * Math.PI) / 180)],
    ["off the pole, away from it", (lon) => -75 + 3 * Math.cos((lon * Math.PI) / 180)],
    ["with waves", (lon) => -75 + 2 * Math.sin((lon * Math.PI) / 30)],
    ["with a notch", (lon) => (lon >= -80 && lon <= -40 ? -65 : -75)],
    ["with a bump", (lon) => (lon === -160 ? -70 : -75)],
  ])("goes round the pole by a ring %s, wherever it begins and ends", (_, lat) => {
    const whole = parallel(-180, 180, 10, lat);
    const cap = coverPolygon(flat([...whole, [180, -90], [-180, -90]]), 6);
    expect(cap).toContain(cellOf(6, 0, -90, "authalic"));
    const jumping = [...parallel(-175, 175, 10, lat)];
    const near = coverPolygon(
      flat(
        [[-185, lat(175)], ...jumping, [185, lat(-175)], [185, -90], [-185, -90]].filter(
          ([lon = 0]) => Math.abs(lon) <= 180,
        ) as LonLat[],
      ),
      6,
    );
    expect(near.length).toBeGreaterThan(0);
    for (let by = 0; by < 36; by += 5) {
      for (const ring of [turned(whole, by), turned(whole.slice(0, -1), by)]) {
        expect(coverPolygon(flat(ring), 6)).toEqual(cap);
        expect(coverPolygon(flat(ring.toReversed()), 6)).toEqual(cap);
      }
      const cells = new Set(coverPolygon(flat(turned(jumping, by)), 6));
      for (const [lon, south] of jumping) {
        expect(cells).toContain(cellOf(6, lon, south - 2, "authalic"));
        expect(cells).not.toContain(cellOf(6, lon + 5, (lat(lon) + lat(lon + 10)) / 2 + 4, "authalic"));
      }
      expect(cells).toContain(cellOf(6, 180, -84, "authalic"));
    }
  });

  it("crosses the antimeridian with an outline that tools sampled and nobody cut", () => {
    const corners = Array.from({ length: 72 }, (_, k): LonLat => {
      const angle = (k * Math.PI) / 36;
      return [180 + 8 * Math.cos(angle), -70 + 3 * Math.sin(angle)];
    });
    const uncut = corners.map(([lon, lat]): LonLat => [lon > 180 ? lon - 360 : lon, lat]);
    expect(coverPolygon(flat(uncut), 6)).toEqual(coverPolygon(flat(corners), 6));
  });

  it("is refused where it lies over itself", () => {
    const ring: LonLat[] = [
      [-200, 0],
      [200, 0],
      [0, 20],
    ];
    expect(() => planeSides(ring)).toThrow(/400° of longitude/);
  });
});
