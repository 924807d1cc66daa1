import { cellOf, coverageCells, coverageOf, unionOf } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { assembleCatalog, type PlacedGranule, withoutUnused } from "./assemble.js";
import { catalogSvg } from "./catalog-svg.js";
import type { CatalogMetadata } from "./model.js";
import { summarizeCatalog } from "./summary.js";

const metadata: CatalogMetadata = { grid: { parentOrder: 6, latitude: "authalic" } };

function granule(id: string, points: readonly [lon: number, lat: number][], size?: number): PlacedGranule {
  const shards = points.map(([lon, lat]) => cellOf(6, lon, lat, "authalic"));
  return {
    granule: { id, https: `https://host/${id}`, ...(size !== undefined && { size }) },
    coverage: coverageOf(6, shards),
  };
}

const antarctic = [
  granule(
    "a.h5",
    [
      [0, -80],
      [20, -75],
      [180, -85],
    ],
    100,
  ),
  granule("b.h5", [[0, -80]], 50),
];

describe("a catalog in numbers", () => {
  test("shards, pairs, sizes", () => {
    const touched = unionOf(antarctic.map(({ coverage }) => coverage));
    const region = [...coverageCells(touched), cellOf(6, 90, -70, "authalic")].sort((a, b) => a - b);
    const summary = summarizeCatalog(assembleCatalog(metadata, antarctic, region));
    expect(summary).toMatchObject({ granules: 2, shards: 4, emptyShards: 1, pairs: 4, bytes: 150 });
    expect(summary.granulesPerShard).toEqual({ min: 1, mean: 4 / 3, max: 2 });
  });

  test("sizes that are not all known are not added up; a catalog may be empty", () => {
    const some = assembleCatalog(metadata, [...antarctic, granule("c.h5", [[0, -80]])]);
    expect(summarizeCatalog(some)).not.toHaveProperty("bytes");
    expect(summarizeCatalog(assembleCatalog(metadata, [])).granulesPerShard).toEqual({
      min: 0,
      mean: 0,
      max: 0,
    });
  });
});

describe("assembling", () => {
  test("a region's shards are the catalog's, whoever touches them; granules outside are left out", () => {
    const region = [cellOf(6, 20, -75, "authalic"), cellOf(6, 90, -70, "authalic")].sort((a, b) => a - b);
    const far = granule("0.h5", [[-100, -80]]);
    const catalog = withoutUnused(assembleCatalog(metadata, [far, ...antarctic], region));
    expect(catalog.granules.map(({ id }) => id)).toEqual(["a.h5"]);
    expect(catalog.shards.map(({ granules }) => granules).sort()).toEqual([[], [0]]);
  });
});

describe("the map", () => {
  test("a path for every shard, the same text every time, nothing that is not a number", () => {
    const catalog = assembleCatalog(metadata, antarctic);
    const svg = catalogSvg(catalog);
    expect(svg.match(/<title>/g)).toHaveLength(3);
    expect(svg).toContain(`<title>${catalog.shards[0]?.id}: `);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(catalogSvg(catalog)).toBe(svg);
  });

  test.each<[string, [lon: number, lat: number][]]>([
    [
      "Greenland",
      [
        [-40, 75],
        [-30, 65],
      ],
    ],
    [
      "both sides of the antimeridian",
      [
        [179, 10],
        [-179, 12],
      ],
    ],
    [
      "the whole Earth",
      [
        [0, 0],
        [90, 80],
        [-90, -80],
        [180, 0],
      ],
    ],
  ])("%s: every shard lies on the map", (_, points) => {
    const svg = catalogSvg(assembleCatalog(metadata, [granule("a.h5", points)]));
    const [, width, height] =
      /<svg x="\d+" y="\d+" width="(\d+)" height="(\d+)"/.exec(svg)?.map(Number) ?? [];
    const paths = [...svg.matchAll(/<path d="([^"]*)Z"/g)].map((match) => match[1] ?? "");
    expect(paths).toHaveLength(new Set(points.map(([lon, lat]) => cellOf(6, lon, lat, "authalic"))).size);
    for (const path of paths) {
      const numbers = path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
      numbers.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(-1);
        expect(value).toBeLessThanOrEqual((i % 2 === 0 ? (width ?? 0) : (height ?? 0)) + 1);
      });
    }
  });
});
