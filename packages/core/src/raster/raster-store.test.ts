import { openProduct, type Product } from "@zagg/product";
import { memoryStore, type Store } from "@zagg/storage";
import { writeLegacyStore } from "@zagg/testing";
import { chunkKey, codecsFor, decodeChunk } from "@zagg/zarr";
import { beforeAll, describe, expect, test } from "vitest";
import { makePlan } from "../run/plan/plan.js";
import { catalog, config, newStores, planOf, run } from "../testing/sample-run.js";
import { variablesOf } from "./draw-product.js";
import { rasterGeoTiff, rasterZarr } from "./raster-store.js";
import { rasterize } from "./rasterize.js";

let store: Store;
let product: Product;
beforeAll(async () => {
  const stores = newStores();
  await run(planOf(), stores);
  store = stores.product;
  product = await openProduct(store);
});

test("the variable that is drawn: the one asked for, all, else h_mean, else the first", () => {
  const without = (name: string) => {
    const { [name]: _, ...variables } = product.spec.variables;
    return { ...product, spec: { ...product.spec, variables } };
  };
  expect(variablesOf(product, {})).toEqual(["h_mean"]);
  expect(variablesOf(product, { variable: "h_q50" })).toEqual(["h_q50"]);
  expect(variablesOf(product, { all: true, variable: "h_q50" })).toHaveLength(9);
  expect(variablesOf(without("h_mean"), {})).toEqual(["count"]);
  const bare = { ...product, spec: { ...product.spec, variables: {} } };
  expect(() => variablesOf(bare, {})).toThrow(
    expect.objectContaining({ kind: "store", code: "no-variable" }),
  );
});

test("one that the product does not have is told with those that it has", async () => {
  await expect(rasterGeoTiff(store, { variable: "h_men" })).rejects.toMatchObject({
    kind: "config",
    code: "no-variable",
    message: expect.stringMatching(/has no variable h_men; it has count, h_max/),
  });
});

test("a GeoTIFF has one band for each variable", async () => {
  const bbox = { west: 9, south: -76, east: 12, north: -73 };
  const names = async (all: boolean) => {
    const tiff = Buffer.from(await rasterGeoTiff(store, { all, bbox, spacing: 10_000 })).toString("latin1");
    return [...tiff.matchAll(/role="description">([^<]+)</g)].map(([, name]) => name);
  };
  expect(await names(false)).toEqual(["h_mean"]);
  expect(await names(true)).toEqual(Object.keys(product.spec.variables));
});

test("a Zarr raster holds the pixels, chunk by chunk, beside coordinates that say where they are", async () => {
  const options = {
    crs: "EPSG:3031",
    variable: "count",
    bbox: { west: 8, south: -76, east: 13, north: -72.5 },
    spacing: 300,
  } as const;
  const target = memoryStore();
  await rasterZarr(store, target, options);
  const { grid, rasters } = await rasterize(product, { ...options, variables: ["count"] });
  expect(Math.max(grid.width, grid.height)).toBeGreaterThan(512);

  const json = async (key: string) => JSON.parse(new TextDecoder().decode(await target.get(key)));
  const root = await json("zarr.json");
  expect(Object.keys(root.consolidated_metadata.metadata).sort()).toEqual(["count", "spatial_ref", "x", "y"]);
  const count = await json("count/zarr.json");
  expect(count).toMatchObject({ shape: [grid.height, grid.width], dimension_names: ["y", "x"] });
  expect(count.attributes).toMatchObject({ long_name: "number of heights", grid_mapping: "spatial_ref" });
  expect((await json("spatial_ref/zarr.json")).attributes.grid_mapping_name).toBe("polar_stereographic");

  const [rows, columns] = count.chunk_grid.configuration.chunk_shape;
  const values = rasters.get("count")?.values ?? [];
  let compared = 0;
  for (let row = 0; row * rows < grid.height; row++) {
    for (let column = 0; column * columns < grid.width; column++) {
      const bytes = (await target.get(chunkKey("count", row, column))) as Uint8Array;
      const chunk = decodeChunk(bytes, "float32", rows * columns, codecsFor("float32", "gzip"));
      for (const [i, value] of chunk.entries()) {
        const [y, x] = [row * rows + Math.floor(i / columns), column * columns + (i % columns)];
        const inside = y < grid.height && x < grid.width;
        const expected = inside ? values[y * grid.width + x] : Number.NaN;
        if (!Object.is(value, expected)) throw new Error(`row ${y}, column ${x}: ${value}, not ${expected}`);
        if (inside) compared++;
      }
    }
  }
  expect(compared).toBe(grid.width * grid.height);
});

describe("what the product knows of each pixel", () => {
  test("is the state of its shard, where that is asked for", async () => {
    const options = {
      variables: ["h_mean"],
      spacing: 20_000,
      bbox: { west: 0, south: -80, east: 20, north: -70 },
    };
    expect((await rasterize(product, options)).rasters.get("h_mean")).not.toHaveProperty("coverage");
    const { rasters } = await rasterize(product, { ...options, coverage: true });
    const { coverage, values } = rasters.get("h_mean") ?? {};
    expect(new Set(coverage)).toEqual(new Set([0, 2]));
    // Wherever there is a value, there is a written shard.
    expect([...(values ?? [])].some((value) => !Number.isNaN(value))).toBe(true);
    for (const [i, value] of (values ?? new Float32Array()).entries()) {
      if (!Number.isNaN(value)) expect(coverage?.[i]).toBe(2);
    }
  });

  test("a store of 0.1.0 is drawn as geodetic, and that is said", async () => {
    const notices: string[] = [];
    const [{ product: now }, legacy] = [newStores(), memoryStore()];
    const output = { ...config.output, codecs: "none" } as const;
    await run(makePlan({ ...config, output }, catalog, { ...product.spec.grid, latitude: "geodetic" }), {
      ...newStores(),
      product: now,
    });
    await writeLegacyStore(now, legacy);
    await rasterGeoTiff(legacy, { spacing: 200_000, onNotice: (notice) => notices.push(notice) });
    expect(notices[0]).toMatch(/has no provenance, so it is read as a store of 0.1.0/);
  });
});
