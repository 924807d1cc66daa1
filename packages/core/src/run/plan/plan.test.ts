import { describe, expect, test } from "vitest";
import type { Catalog } from "../../catalog/index.js";
import { defaultConfig } from "../../config/index.js";
import type { Config } from "../../terms/index.js";
import { makePlan } from "./plan.js";
import { planProduct } from "./plan-product.js";
import { selectShards } from "./select.js";

const GRID = { parentOrder: 6, childOrder: 12, latitude: "geodetic" } as const;

const catalog: Catalog = {
  format: "zagg-catalog/2",
  metadata: { grid: { parentOrder: 6, latitude: "geodetic" } },
  granules: [
    { id: "a.h5", file: "/data/a.h5" },
    { id: "b.h5", file: "/data/b.h5", size: 9 },
    { id: "c.h5", s3: "s3://x/c.h5" },
  ],
  shards: [
    { id: "-5121132", granules: [0, 2] },
    { id: "-5121133", granules: [] },
    { id: "-3131323", granules: [1] },
  ],
};

const plan = (given: Catalog = catalog, config: Config = defaultConfig()) => makePlan(config, given, GRID);

describe("a plan", () => {
  test("orders shards by nested id and granules by id", () => {
    expect(plan().shards.map((shard) => shard.id)).toEqual(["-3131323", "-5121132", "-5121133"]);
    expect(plan().shards.map((shard) => shard.granules)).toEqual([[1], [0, 2], []]);
  });

  test("has the same identity wherever its granules lie and in whatever order they are listed", () => {
    const [, b, c] = catalog.granules as [
      unknown,
      (typeof catalog.granules)[number],
      (typeof catalog.granules)[number],
    ];
    const elsewhere: Catalog = {
      ...catalog,
      format: "0.1.0",
      granules: [c, { id: "a.h5", https: "https://host/a.h5", size: 7 }, b],
      shards: [
        { id: "-3131323", granules: [2] },
        { id: "-5121133", granules: [] },
        { id: "-5121132", granules: [0, 1] },
      ],
    };
    expect(plan(elsewhere).identity).toBe(plan().identity);
    const driven = {
      ...defaultConfig(),
      dataSource: { ...defaultConfig().dataSource, driver: "s3" as const },
    };
    expect(plan(catalog, driven).identity).toBe(plan().identity);
  });

  test("changes its identity with its granules, and its recipe with what is computed", () => {
    const fewer = {
      ...catalog,
      shards: catalog.shards.map((shard) => ({ ...shard, granules: shard.granules.slice(0, 1) })),
    };
    expect(plan(fewer).identity).not.toBe(plan().identity);
    expect(plan(fewer).recipe).toBe(plan().recipe);
    const base = defaultConfig();
    const raw: Config = {
      ...base,
      output: { ...base.output, codecs: base.output.codecs === "gzip" ? "none" : "gzip" },
    };
    expect(plan(catalog, raw).recipe).not.toBe(plan().recipe);
    const blocks = (shardsPerObject: number) =>
      plan(catalog, { ...base, output: { ...base.output, shardsPerObject } });
    expect(blocks(1).recipe).not.toBe(plan().recipe);
    expect(blocks(64).recipe).toBe(plan().recipe); // as many as are usual
    expect(planProduct(plan()).shardsPerObject).toBe(64);
    expect(planProduct(plan(catalog, raw)).shardsPerObject).toBe(1);
  });
});

describe("what a plan keeps of its catalog", () => {
  test("places and sizes of granules as far as they are known, region and time", () => {
    const bbox = [9, -76, 12, -73] as const;
    const timed = {
      ...catalog,
      metadata: { ...catalog.metadata, area: "antarctica", polygon: "ring.geojson", bbox },
      granules: catalog.granules.map((granule, i) => ({
        ...granule,
        https: `https://host/${granule.id}`,
        start: `2019-01-0${i + 1}T00:00:00Z`,
        end: `2019-01-0${i + 1}T00:05:00Z`,
      })),
    };
    const { region, time, granules } = plan(timed);
    expect(region).toEqual({ area: "antarctica", polygon: "ring.geojson", bbox });
    expect(time).toEqual({ start: "2019-01-01T00:00:00.000Z", end: "2019-01-03T00:05:00.000Z" });
    expect(granules).toEqual([
      { id: "a.h5", file: "/data/a.h5", https: "https://host/a.h5" },
      { id: "b.h5", file: "/data/b.h5", https: "https://host/b.h5", size: 9 },
      { id: "c.h5", s3: "s3://x/c.h5", https: "https://host/c.h5" },
    ]);
    expect(planProduct(plan(timed)).provenance).toMatchObject({ granules: 3, region });
    expect(Object.keys(plan())).toEqual(expect.not.arrayContaining(["region", "time", "outside"]));
  });

  test("how much of it was left out, where something was", () => {
    const of = (outside: { shards: number; granules: number }) =>
      makePlan(defaultConfig(), catalog, GRID, outside).outside;
    expect(of({ shards: 0, granules: 1 })).toEqual({ shards: 0, granules: 1 });
    expect(of({ shards: 1, granules: 0 })).toEqual({ shards: 1, granules: 0 });
    expect(of({ shards: 0, granules: 0 })).toBeUndefined();
  });
});

describe("selecting shards", () => {
  test("takes all, the first few, or one", () => {
    expect(selectShards(plan(), {})).toEqual([0, 1, 2]);
    expect(selectShards(plan(), { maxCells: 2 })).toEqual([0, 1]);
    expect(selectShards(plan(), { mortonCell: "-5121133" })).toEqual([2]);
  });

  test("refuses what is not there", () => {
    expect(() => selectShards(plan(), { mortonCell: "-6111111" })).toThrow(/-6111111 is not in the catalog/);
    expect(() => selectShards(plan(), { maxCells: 0 })).toThrow(/max-cells is 0/);
  });
});

test("a product keeps how each variable combines into coarser pixels: as its config says, else by its function", () => {
  const { output, aggregation, ...rest } = defaultConfig();
  const statistic = { params: {}, source: "h_li", dtype: "float32", fillValue: "NaN", attrs: {} } as const;
  const variables = {
    n: { ...statistic, function: "np.count" },
    lowest: { ...statistic, function: "nanmin" },
    spread: { ...statistic, function: "std" },
    error: { ...statistic, expression: "1 / sum(h_li)", raster: "sigma" },
    h_max: { ...statistic, expression: "max(h_li)" },
  } as const;
  const { provenance } = planProduct(
    plan(catalog, { ...rest, output, aggregation: { ...aggregation, variables } }),
  );
  const raster = { n: "sum", lowest: "min", spread: "mean", error: "sigma", h_max: "max" };
  expect(provenance).toMatchObject({ raster });
});
