import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellOf } from "../cell.js";
import { cellCentre, type LonLat } from "../centre.js";
import { isHealpixError } from "../error.js";
import type { Latitude } from "../latitude.js";
import { cellOfMorton, mortonOf } from "../morton.js";
import { cellCount } from "../order.js";
import { coverPolygon, polygonCoverage } from "./cover.js";
import { coarserCoverage, coverageCells, multiOrderCells } from "./ranges.js";
import type { Polygon } from "./ring.js";
import { edgesTouch, s2Loop, s2Point } from "./s2.oracle.js";

const great = (ring: LonLat[], latitude: Latitude = "geodetic"): Polygon => {
  return { rings: [ring], edges: "great-circle", latitude };
};
const flat = (ring: LonLat[], ...holes: LonLat[][]): Polygon => {
  return { rings: [ring, ...holes], edges: "lonlat", latitude: "geodetic" };
};
const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

describe("coverage of a polygon", () => {
  it("finds every point of a box, whichever its size, place and latitude convention", () => {
    const degrees = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 89.9, noNaN: true }),
    );
    fc.assert(
      fc.property(
        degrees,
        fc.double({ min: 1e-4, max: 180, noNaN: true }),
        fc.double({ min: 1e-4, max: 90, noNaN: true }),
        fc.constantFrom<Latitude>("authalic", "geodetic"),
        fc.integer({ min: 0, max: 7 }),
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        ),
        ([west, south], width, height, latitude, order, parts) => {
          const north = Math.min(90, south + height);
          const polygon: Polygon = {
            rings: [box(west, south, west + width, north)],
            edges: "lonlat",
            latitude,
          };
          const cells = new Set(coverPolygon(polygon, order));
          for (const [x, y] of parts) {
            expect(cells).toContain(cellOf(order, west + x * width, south + y * (north - south), latitude));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("has no cell that a box does not touch", () => {
    // Grown by the size of a cell (0.92° at order 6), the box holds the centre of every cell it touches.
    for (const cell of coverPolygon(flat(box(10, -20, 30, 50)), 6)) {
      const [lon, lat] = cellCentre(6, cell, "geodetic");
      expect(lon > 8.5 && lon < 31.5 && lat > -21 && lat < 51).toBe(true);
    }
  });

  it("takes the flat map's inside, and the poles with it where an edge runs along them", () => {
    const world = flat(box(-180, -90, 180, 90));
    expect(coverPolygon(world, 3).length).toBe(cellCount(3));
    const south = new Set(coverPolygon(flat(box(-180, -90, 180, -60)), 4));
    expect(south).toContain(cellOf(4, 0, -90, "geodetic"));
    expect(south).toContain(cellOf(4, 123, -61, "geodetic"));
    expect(south).not.toContain(cellOf(4, 0, 0, "geodetic"));
    // More than half of the Earth, by longitude.
    const most = new Set(coverPolygon(flat(box(-150, -80, 150, 80)), 4));
    expect(most).toContain(cellOf(4, 0, 0, "geodetic"));
    expect(most).not.toContain(cellOf(4, 180, 0, "geodetic"));
    expect(most).not.toContain(cellOf(4, 0, 89, "geodetic"));
  });

  it("goes round a pole by the smaller side, without an edge to the pole", () => {
    const ring: LonLat[] = [-180, -120, -60, 0, 60, 120].map((lon) => [lon, -75]);
    for (const polygon of [flat(ring), flat(ring.toReversed()), great(ring), great(ring.toReversed())]) {
      const cells = new Set(coverPolygon(polygon, 5));
      expect(cells).toContain(cellOf(5, 77, -90, "geodetic"));
      expect(cells).toContain(cellOf(5, 30, -80, "geodetic"));
      expect(cells).not.toContain(cellOf(5, 30, -65, "geodetic"));
    }
  });

  it("crosses the antimeridian beyond 180, beyond −180 or cut in two: the same cells", () => {
    const halves = coverPolygon([flat(box(170, -20, 180, -10)), flat(box(-180, -20, -170, -10))], 6);
    expect(coverPolygon(flat(box(170, -20, 190, -10)), 6)).toEqual(halves);
    expect(coverPolygon(flat(box(-190, -20, -170, -10)), 6)).toEqual(halves);
    expect(halves).toContain(cellOf(6, 180, -15, "geodetic"));
    expect(halves).not.toContain(cellOf(6, 0, -15, "geodetic"));
  });

  it("knows −180 and 180 as one meridian", () => {
    const ring: LonLat[] = [
      [170, -70],
      [180, -70],
      [-180, -75],
      [170, -75],
    ];
    const same = ring.map(([lon, lat]): LonLat => [lon === -180 ? 180 : lon, lat]);
    expect(coverPolygon(great(ring), 6)).toEqual(coverPolygon(great(same), 6));
  });

  it("leaves holes out, but for the cells on their edges", () => {
    const outer = box(0, 0, 40, 40);
    const inner = box(10, 10, 30, 30);
    for (const edges of ["lonlat", "great-circle"] as const) {
      const polygon: Polygon = { rings: [outer, inner], edges, latitude: "authalic" };
      const cells = new Set(coverPolygon(polygon, 6));
      expect(cells).toContain(cellOf(6, 5, 20, "authalic"));
      expect(cells).toContain(cellOf(6, 20, 10, "authalic"));
      expect(cells).not.toContain(cellOf(6, 20, 20, "authalic"));
    }
  });

  it("takes the larger side when a hole lies there", () => {
    const cap = (lat: number): LonLat[] => [-180, -120, -60, 0, 60, 120].map((lon) => [lon, lat]);
    const polygon: Polygon = { rings: [cap(-60), cap(60)], edges: "great-circle", latitude: "geodetic" };
    const cells = new Set(coverPolygon(polygon, 4));
    expect(cells).toContain(cellOf(4, 10, 0, "geodetic"));
    expect(cells).not.toContain(cellOf(4, 10, 85, "geodetic"));
    expect(cells).not.toContain(cellOf(4, 10, -85, "geodetic"));
  });

  it("joins corners by great circles, which leave the parallel", () => {
    const ring: LonLat[] = [
      [0, 40],
      [60, 40],
      [60, 20],
      [0, 20],
    ];
    const top = cellOf(7, 30, 42.5, "geodetic");
    expect(coverPolygon(great(ring), 7)).toContain(top);
    expect(coverPolygon(flat(ring), 7)).not.toContain(top);
  });

  it("goes straight over a pole", () => {
    const cells = new Set(
      coverPolygon(
        great([
          [0, 80],
          [180, 80],
          [180, 79],
          [90, 79.5],
          [0, 79],
        ]),
        8,
      ),
    );
    expect(cells).toContain(cellOf(8, 0, 90, "geodetic"));
    expect(cells).toContain(cellOf(8, 45, 85, "geodetic"));
    expect(cells).not.toContain(cellOf(8, -45, 85, "geodetic"));
  });

  it("touches the cells on both sides of an edge along a seam of base cells, and around a corner", () => {
    const along = new Set(coverPolygon(flat(box(90, 60, 95, 70)), 5));
    expect(along).toContain(cellOf(5, 89.999, 65, "geodetic"));
    expect(along).toContain(cellOf(5, 90.001, 65, "geodetic"));
    const atPole = new Set(
      coverPolygon(
        great([
          [0, 90],
          [10, 80],
          [20, 80],
        ]),
        6,
      ),
    );
    for (const lon of [1, 91, 181, 271]) expect(atPole).toContain(cellOf(6, lon, 89.99, "geodetic"));
  });

  it("is at a coarser order the parents of the finer cells", () => {
    const polygon = great(
      [
        [-120, 40],
        [-120, 50],
        [-110, 45],
      ],
      "authalic",
    );
    const fine = polygonCoverage(polygon, 9);
    for (let order = 0; order < 9; order++) {
      expect(coverageCells(coarserCoverage(fine, order))).toEqual(coverPolygon(polygon, order));
    }
  });

  it.each([
    [
      [
        [0, 0],
        [1, 1],
      ],
      /2 different corners/,
    ],
    [
      [
        [0, 0],
        [1, 1],
        [0, 0],
        [1, 1],
      ].slice(0, 3),
      /2 different corners/,
    ],
    [
      [
        [0, 0],
        [1, 91],
        [2, 0],
      ],
      /no longitude and latitude/,
    ],
    [
      [
        [0, 0],
        [Number.NaN, 1],
        [2, 0],
      ],
      /no longitude and latitude/,
    ],
    [
      [
        [0, 10],
        [180, -10],
        [90, 60],
      ],
      /opposite/,
    ],
  ] as unknown as [LonLat[], RegExp][])("refuses the ring %j", (ring, message) => {
    expect(() => coverPolygon(great(ring), 4)).toThrow(message);
    try {
      coverPolygon(great(ring), 4);
    } catch (error) {
      expect(isHealpixError(error) && error.code).toBe("polygon");
    }
  });

  it("refuses a polygon without rings, and orders whose ids are no numbers", () => {
    expect(() => coverPolygon({ ...flat([]), rings: [] }, 4)).toThrow(/without rings/);
    expect(() => coverPolygon(flat(box(0, 0, 1, 1)), 25)).toThrow(/order/);
  });
});

describe.skipIf(!sharedData.present)(`mortie's coverages (${sharedData.reason})`, () => {
  function readJson<T>(...name: string[]): T {
    const text = readFileSync(dataPath("morton", ...name), "utf8");
    return JSON.parse(text.replace(/([[:,]\s*)(-?\d{16,})(?=\s*[\],}])/g, '$1"$2"')) as T;
  }
  const nested = (id: number) => Number(cellOfMorton(BigInt(id)).cell);

  it("of small polygons: all of them, and more only where a great circle touches", () => {
    interface Case {
      readonly lats: number[];
      readonly lons: number[];
      readonly order: number;
      readonly cells: number[];
    }
    const cases = readJson<Case[]>("morton_coverage_synthetic.json");
    expect(cases.length).toBe(18);
    for (const { lats, lons, order, cells } of cases) {
      const ring = lats.map((lat, k): LonLat => [lons[k] ?? 0, lat]);
      const ours = coverPolygon(great(ring), order);
      const theirs = new Set(cells.map(nested));
      expect([...theirs].filter((cell) => !ours.includes(cell))).toEqual([]);
      for (const cell of ours) if (!theirs.has(cell)) expect(edgesTouch(ring, order, cell)).toBe(true);
    }
  });

  it.each([
    ["authalic_goldens.json", "authalic"],
    ["legacy_geodetic_goldens.json", "geodetic"],
  ] as const)(
    "of a triangle by the closed-set rule, as cells and as a multi-order coverage: %s",
    (name, latitude) => {
      const golden = readJson<{ tri_cov_o6: string[]; tri_moc_o10: string[] }>("later", name);
      const triangle = great(
        [
          [-120, 40],
          [-120, 50],
          [-110, 45],
        ],
        latitude,
      );
      const unpack = (word: string): [number, number] => {
        const bits = BigInt.asUintN(64, BigInt(word));
        const order = Number(bits & 63n);
        const rest = (bits & ((1n << 60n) - 1n)) >> BigInt(60 - 2 * order);
        return [order, Number((((bits >> 60n) - 1n) << BigInt(2 * order)) | rest)];
      };
      const ascending = (a: [number, number], b: [number, number]) => a[1] * 4 ** -a[0] - b[1] * 4 ** -b[0];
      const cells = golden.tri_cov_o6.map(unpack).sort(ascending);
      expect(coverPolygon(triangle, 6)).toEqual(cells.map(([, cell]) => cell));
      expect(multiOrderCells(polygonCoverage(triangle, 10))).toEqual(
        golden.tri_moc_o10.map(unpack).sort(ascending),
      );
    },
  );

  it("of real footprints near the pole: their shards are reached", () => {
    interface Pair {
      readonly shard_key: number;
      readonly lats: number[];
      readonly lons: number[];
    }
    const pairs = readJson<Pair[]>("later", "issue32_polar_pairs.json");
    expect(pairs.length).toBe(9);
    for (const { shard_key, lats, lons } of pairs) {
      const ring = lats.map((lat, k): LonLat => [lons[k] ?? 0, lat]);
      const cells = coverPolygon(great(ring), 6);
      expect(cells.map((cell) => Number(mortonOf(6, cell)))).toContain(shard_key);
      const loop = s2Loop(ring);
      for (const cell of cells) {
        if (edgesTouch(ring, 6, cell)) continue;
        expect(loop.containsPoint(s2Point(cellCentre(6, cell, "geodetic")))).toBe(true);
      }
    }
  });
});
