import { readFileSync } from "node:fs";
import { cellOf, type ShardGrid } from "@zagg/healpix";
import { dataPath, sharedData, trackGranules, trackItem } from "@zagg/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildCatalog, countReasons } from "./build-catalog.js";
import { catalogText } from "./catalog-file.js";
import { footprintCoverage } from "./footprint-coverage.js";
import { type Footprint, type GranuleInfo, granuleInfo } from "./granule-info.js";
import type { CatalogMetadata } from "./model.js";
import { discoverCells } from "./region.js";
import { shardRank } from "./shard-order.js";

const grid: ShardGrid = { parentOrder: 6, latitude: "authalic" };
const metadata: CatalogMetadata = { grid, shortName: "ATL06", version: "007", provider: "NSIDC_CPRD" };
const square: Footprint = {
  polygons: [
    {
      boundary: [
        [10, -75],
        [11, -75],
        [11, -74],
        [10, -74],
        [10, -75],
      ],
      holes: [],
    },
  ],
  boxes: [],
};

function usable(
  id: string,
  changes: { footprint?: Footprint; revised?: string; size?: number } = {},
): GranuleInfo {
  const { footprint = square, revised = "", size = 1 } = changes;
  return { usable: true, granule: { id, s3: `s3://b/${id}`, size }, footprint, revised };
}

const antarctica = discoverCells({}, grid);

describe("building a catalog", () => {
  test("every granule is in the catalog or in the report", async () => {
    const away: Footprint = { polygons: [], boxes: [[0, 0, 1, 1]] };
    const infos: GranuleInfo[] = [
      usable("ATL06_20240107001122_02512211_007_01.h5"),
      usable("ATL06_20240406001122_02512311_007_01.h5"), // cycle 23
      usable("c.h5", { revised: "2024-01-01T00:00:00Z", size: 1 }),
      usable("c.h5", { revised: "2024-03-01T00:00:00Z", size: 2 }),
      usable("c.h5", { revised: "2024-02-01T00:00:00Z", size: 3 }),
      usable("away.h5", { footprint: away }),
      { usable: false, id: "old.h5", reason: "orbit" },
      { usable: false, id: "lost.h5", reason: "no-link" },
    ];
    const { catalog, report } = await buildCatalog(infos, antarctica, { ...metadata, cycle: 22 });
    expect(catalog.granules.map(({ id, size }) => [id, size])).toEqual([
      ["ATL06_20240107001122_02512211_007_01.h5", 1],
      ["c.h5", 2],
    ]);
    expect(catalog.shards).toHaveLength(antarctica.length);
    expect(report).toMatchObject({ found: 8, otherCycle: 1, outside: 1 });
    expect(countReasons(report.unusable)).toEqual({ orbit: 1, "no-link": 1, duplicate: 2 });
    expect(catalog.metadata.unusable).toEqual(report.unusable);
    expect(2 + report.otherCycle + report.outside + report.unusable.length).toBe(report.found);
  });

  test("the order in which granules arrive does not matter", async () => {
    const infos = trackGranules(60).map((granule, i) => granuleInfo(trackItem(granule, i)));
    const one = await buildCatalog(infos, antarctica, metadata);
    const two = await buildCatalog([...infos].reverse(), antarctica, metadata);
    expect(catalogText(two.catalog, "c.json")).toBe(catalogText(one.catalog, "c.json"));
  });

  test.each<[string, GranuleInfo[], RegExp]>([
    ["nothing found", [], /has no granule of ATL06 007/],
    ["orbits only", [{ usable: false, id: "old.h5", reason: "orbit" }], /none that can be used \(1 orbit\)/],
    ["all outside", [usable("a.h5", { footprint: { polygons: [], boxes: [[0, 0, 1, 1]] } })], /1 outside/],
  ])("%s: no catalog", async (_, infos, message) => {
    await expect(buildCatalog(infos, antarctica, metadata)).rejects.toMatchObject({
      code: "no-granules",
      message: expect.stringMatching(message),
    });
  });
});

describe("footprints", () => {
  const shardAt = (lon: number, lat: number, { parentOrder, latitude }: ShardGrid) =>
    cellOf(parentOrder, lon, lat, latitude);
  const holds = (footprint: Footprint, at: ShardGrid, lon: number, lat: number, bufferKm = 0) => {
    const { ranges } = footprintCoverage(footprint, at, bufferKm);
    const cell = shardAt(lon, lat, at);
    return ranges.some((start, k) => k % 2 === 0 && start <= cell && cell < (ranges[k + 1] as number));
  };

  test("a line touches what it crosses, over the date line too, and no more", () => {
    const track: Footprint = {
      polygons: [],
      boxes: [],
      lines: [
        [
          [170, -70],
          [-170, -75],
          [-150, -78],
        ],
      ],
    };
    expect(holds(track, grid, 170, -70)).toBe(true);
    expect(holds(track, grid, -170, -75)).toBe(true);
    expect(holds(track, grid, -150, -78)).toBe(true);
    expect(holds(track, grid, -170, -70)).toBe(false);
    expect(holds(track, grid, -170, -71, 500)).toBe(true);
  });

  test("all polygons and boxes count", () => {
    const both: Footprint = { polygons: square.polygons, boxes: [[175, -80, -175, -78]] };
    expect(holds(both, grid, 10.5, -74.5)).toBe(true);
    expect(holds(both, grid, 179.9, -79)).toBe(true);
    expect(holds(both, grid, -179.9, -79)).toBe(true);
    expect(holds(both, grid, 170, -79)).toBe(false);
  });

  test("a buffer reaches everything within its distance, and not much more", () => {
    const at: ShardGrid = { parentOrder: 9, latitude: "authalic" };
    const bearing = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    const corner = fc.constantFrom(...(square.polygons[0]?.boundary ?? []));
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(bearing, corner, part, fc.boolean(), (direction, [lon, lat], share, asBox) => {
        const footprint: Footprint = asBox ? { polygons: [], boxes: [[10, -75, 11, -74]] } : square;
        const km = 40 * share;
        const dLat = (km * Math.cos(direction)) / 111.7;
        const dLon = (km * Math.sin(direction)) / (111.7 * Math.cos((lat + dLat) * (Math.PI / 180)));
        expect(holds(footprint, at, lon + dLon, lat + dLat, 40)).toBe(true);
      }),
    );
    expect(holds(square, at, 10.5, -73.2, 40)).toBe(false);
    expect(holds(square, at, 10.5, -73.7, 0)).toBe(false);
    expect(holds(square, at, 10.5, -73.7, 40)).toBe(true);
  });

  test("every point inside the footprints of tracks is in a shard that lists its granule", async () => {
    const granules = trackGranules(300);
    for (const at of [grid, { parentOrder: 7, latitude: "geodetic" } as const]) {
      const shards = discoverCells({ area: "world" }, { ...at });
      const infos = granules.map((granule, i) => granuleInfo(trackItem(granule, i)));
      const { catalog } = await buildCatalog(infos, shards, { grid: at });
      const listed = new Map(
        catalog.shards
          .filter((shard) => shard.granules.length > 0)
          .map((shard) => [
            shardRank(shard.id, at.parentOrder),
            new Set(shard.granules.map((g) => catalog.granules[g]?.id)),
          ]),
      );
      let omitted = 0;
      for (const { id, left, right } of granules) {
        for (let k = 0; k < left.length; k++) {
          for (const share of [0, 0.2, 0.5, 0.8, 1]) {
            const [lon, lat] = between(left[k] as Pair, right[k] as Pair, share);
            if (!listed.get(shardAt(lon, lat, at))?.has(id)) omitted++;
          }
        }
      }
      expect(omitted).toBe(0);
    }
  });
});

type Pair = readonly [number, number];

/** A point on the chord between two near points, on the sphere of geodetic latitudes. */
function between(a: Pair, b: Pair, share: number): Pair {
  const vector = ([lon, lat]: Pair) => {
    const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
    return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)] as const;
  };
  const [u, v] = [vector(a), vector(b)];
  // A hair inside: exactly on a rim, rounding decides.
  const t = 1e-9 + share * (1 - 2e-9);
  const [x, y, z] = [0, 1, 2].map((i) => (1 - t) * (u[i] as number) + t * (v[i] as number)) as [
    number,
    number,
    number,
  ];
  return [(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI];
}

describe.skipIf(!sharedData.present)(`real footprints near the pole (${sharedData.reason})`, () => {
  test("reach their shards", async () => {
    const pairs: { shard_key: number; granule: string; lats: number[]; lons: number[] }[] = JSON.parse(
      readFileSync(dataPath("morton", "later", "issue32_polar_pairs.json"), "utf8"),
    );
    const at: ShardGrid = { parentOrder: 6, latitude: "geodetic" };
    expect(pairs.length).toBe(9);
    for (const { shard_key, granule, lats, lons } of pairs) {
      const boundary = lons.map((lon, i) => [lon, lats[i] as number] as const);
      const footprint: Footprint = { polygons: [{ boundary, holes: [] }], boxes: [] };
      const { catalog } = await buildCatalog([usable(granule, { footprint })], discoverCells({}, at), {
        grid: at,
      });
      const shard = catalog.shards.find(({ id }) => id === String(shard_key));
      expect(shard?.granules, `${granule} in ${shard_key}`).toEqual([0]);
    }
  });
});
