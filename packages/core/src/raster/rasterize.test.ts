import { cellCentre, cellOf } from "@zagg/healpix";
import { columnCentres, projectionOf, rowCentres } from "@zagg/map";
import { openProduct, type Product, productSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { describe, expect, test } from "vitest";
import type { Attributes, Config, Dtype } from "../terms/index.js";
import { rasterize } from "./rasterize.js";

const ORDER = 6;
const PARENT_ORDER = 2;
const CELLS = 4 ** (ORDER - PARENT_ORDER);

function variable(dtype: Dtype, attrs: Attributes = {}) {
  return { function: "mean", params: {}, dtype, fillValue: dtype === "float32" ? "NaN" : 0, attrs } as const;
}

/** A product whose h_mean is the cell's nested id, over the given shards; every third cell is without data. */
async function productOf(
  shards: readonly number[],
  latitude: "authalic" | "geodetic",
  names: readonly string[] = ["count", "h_mean"],
): Promise<Product> {
  const variables = Object.fromEntries(
    names.map((name) => [name, variable(name === "count" ? "int32" : "float32")]),
  );
  const config = {
    aggregation: { coordinates: {}, variables },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: ORDER }, codecs: "none" },
  } satisfies Pick<Config, "aggregation" | "output">;
  const spec = productSpec(config, { parentOrder: PARENT_ORDER, childOrder: ORDER, latitude }, shards, {});
  const store = memoryStore();
  await writeTemplate(store, spec);
  for (const [k, shard] of shards.entries()) {
    const ids = Array.from({ length: CELLS }, (_, i) => shard * CELLS + i);
    const arrays = new Map(
      names.map((name) => [
        name,
        name === "count"
          ? Int32Array.from(ids, (id) => (id % 3 === 0 ? 0 : 1 + (id % 5)))
          : Float32Array.from(ids, (id) => (id % 3 === 0 ? Number.NaN : id)),
      ]),
    );
    await writeShard(store, spec, k, arrays);
  }
  await writeState(store, spec, new Uint8Array(shards.length).fill(1), {});
  return openProduct(store);
}

/** Shards whose centres lie on one side of a latitude. */
function shardsWhere(holds: (lat: number) => boolean): number[] {
  const all = Array.from({ length: 12 * 4 ** PARENT_ORDER }, (_, shard) => shard);
  return all.filter((shard) => holds(cellCentre(PARENT_ORDER, shard, "authalic")[1]));
}

describe.each(["authalic", "geodetic"] as const)("nearest, %s", (latitude) => {
  test.each([
    ["EPSG:3031", shardsWhere((lat) => lat < -55)],
    ["EPSG:3413", shardsWhere((lat) => lat > 55)],
    ["EPSG:4326", shardsWhere((lat) => Math.abs(lat) < 30)],
  ] as const)("%s is chosen by the data, and every pixel shows its cell", async (crs, shards) => {
    const product = await productOf(shards, latitude);
    const options = { variables: ["h_mean"], rule: "nearest", spacing: 90_000 } as const;
    const { grid, rasters } = await rasterize(product, options);
    expect(grid.crs).toBe(crs);
    const values = rasters.get("h_mean")?.values as Float32Array;
    const [xs, ys] = [columnCentres(grid), rowCentres(grid)];
    let shown = 0;
    values.forEach((value, pixel) => {
      const y = ys[Math.floor(pixel / grid.width)] as number;
      const [lon, lat] = projectionOf(crs).inverse(xs[pixel % grid.width] as number, y);
      const cell = cellOf(ORDER, lon, lat, latitude);
      const there = cell >= 0 && cell % 3 !== 0 && shards.includes(Math.floor(cell / CELLS));
      if (!Object.is(value, there ? cell : Number.NaN))
        throw new Error(`pixel ${pixel}: ${value}, not ${cell}`);
      if (there) shown++;
    });
    expect(shown).toBeGreaterThan(1000);
  });
});

test("the rule follows the spacing: bin where a pixel is wider than a cell", async () => {
  const product = await productOf([shardsWhere((lat) => lat < -55)[0] as number], "authalic");
  const rules = [100_000, 105_000].map((spacing) => rasterize(product, { variables: ["h_mean"], spacing }));
  expect((await Promise.all(rules)).map(({ rule }) => rule)).toEqual(["nearest", "bin"]);
});

test("bin loses no point of the count, wherever it lies", async () => {
  const product = await productOf(
    shardsWhere((lat) => lat < -55),
    "authalic",
  );
  const { rasters } = await rasterize(product, { variables: ["count"], rule: "bin", spacing: 500_000 });
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + (v || 0), 0);
  expect(total(rasters.get("count")?.values ?? [])).toBe(
    total((await product.readArray("count")) as Int32Array),
  );
});

test("a pixel between the centres of cells takes the cell that it lies in, and no sum counts one twice", async () => {
  const product = await productOf([shardsWhere((lat) => lat < -55)[0] as number], "authalic");
  const variables = ["h_mean", "count"];
  const nearest = await rasterize(product, { variables, rule: "nearest", spacing: 20_000 });
  const bin = await rasterize(product, { variables, rule: "bin", spacing: 20_000 });
  const of = (set: typeof bin, name: string) => set.rasters.get(name)?.values as Float32Array;
  // Where pixels are far smaller than cells, hardly any holds a centre, and both rules draw the same.
  expect(of(bin, "h_mean")).toEqual(of(nearest, "h_mean"));
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + (v || 0), 0);
  expect(total(of(bin, "count"))).toBe(total((await product.readArray("count")) as Int32Array));
});

test("without a count every cell weighs the same, and a notice says so", async () => {
  const product = await productOf(
    shardsWhere((lat) => lat < -70),
    "authalic",
    ["h_mean"],
  );
  const notices: string[] = [];
  const onNotice = (notice: string) => notices.push(notice);
  await rasterize(product, { variables: ["h_mean"], rule: "bin", spacing: 500_000, onNotice });
  expect(notices).toEqual(["no variable count: every cell has the same weight in h_mean"]);
});

test("a raster too large to hold, and a spacing that is none, are refused", async () => {
  const product = await productOf([0], "authalic");
  await expect(rasterize(product, { variables: ["h_mean"], spacing: 10 })).rejects.toThrow(
    /too large; choose a spacing/,
  );
  await expect(rasterize(product, { variables: ["h_mean"], spacing: 0 })).rejects.toThrow(/not above 0/);
});

test("a box across the antimeridian is drawn in one piece", async () => {
  const product = await productOf(
    shardsWhere((lat) => Math.abs(lat) < 30),
    "authalic",
  );
  const bbox = { west: 170, south: -10, east: -170, north: 10 };
  for (const rule of ["nearest", "bin"] as const) {
    const { grid, rasters } = await rasterize(product, {
      variables: ["h_mean"],
      rule,
      spacing: 100_000,
      bbox,
    });
    expect(grid.width * grid.spacing).toBeLessThan(25);
    const values = rasters.get("h_mean")?.values as Float32Array;
    const halves = [0, 1].map((half) =>
      values.filter((v, i) => !Number.isNaN(v) && i % grid.width < grid.width / 2 === (half === 0)),
    );
    for (const half of halves) expect(half.length).toBeGreaterThan(20);
  }
});
