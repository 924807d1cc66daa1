import { openProduct, type Product, type ProductSpec, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { beforeAll, describe, expect, test } from "vitest";
import { type StacItem, stacItem } from "./item.js";

const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
  variables: {
    count: { dtype: "uint32", fillValue: 0, attrs: { units: "1" } },
    h_mean: { dtype: "float32", fillValue: "NaN", attrs: { units: "m", long_name: "mean height" } },
    h_min: { dtype: "float64", fillValue: -9999, attrs: { units: 5 } },
  },
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: { version: "0.2.0", identity: "abc", granules: 7 },
  groupAttrs: { title: "Land ice height" },
};
const TIME = { start: "2024-01-06T00:00:00.000Z", end: "2024-04-06T23:59:59.999Z" };
const OPTIONS = { href: "../product.zarr/", time: TIME, created: new Date(0) };

/** A product of which nothing has run but what `states` says. */
async function productWith(states: readonly number[]): Promise<Product> {
  const store = memoryStore();
  await writeTemplate(store, SPEC);
  await writeState(store, SPEC, Uint8Array.from(states), { points: 3 });
  return openProduct(store);
}

let item: StacItem;
beforeAll(async () => {
  item = await stacItem(await productWith([1, 3, 2, 4]), OPTIONS);
});

describe("the STAC item of a product", () => {
  test("has the footprint of the shards that hold data", () => {
    expect(item.geometry?.type).toBe("MultiPolygon");
    expect(item.geometry?.coordinates).toHaveLength(2);
  });

  test("tells when the data were taken, what the grid is, and how it was made", async () => {
    const product = await productWith([1, 3, 2, 4]);
    expect(item.properties).toEqual({
      title: "Land ice height",
      datetime: null,
      start_datetime: TIME.start,
      end_datetime: TIME.end,
      created: "1970-01-01T00:00:00.000Z",
      "proj:code": null,
      "processing:level": "L3",
      "processing:software": { zagg: "0.2.0" },
      "zagg:dggs": product.attributes.dggs,
      "zagg:version": "0.2.0",
      "zagg:identity": "abc",
      "zagg:granules": 7,
      "zagg:grid": { parent_order: 1, child_order: 3, latitude: "authalic" },
      "zagg:complete": false,
      "zagg:shards": { pending: 0, written: 1, partial: 1, empty: 1, failed: 1 },
      "zagg:counts": { points: 3 },
    });
  });

  test("names the group as its asset, the variables as bands, and the store", () => {
    const { bands, ...asset } = item.assets.data;
    expect(asset).toMatchObject({
      href: "../product.zarr/3",
      type: "application/vnd.zarr; version=3",
      roles: ["data"],
    });
    expect(bands).toEqual([
      { name: "count", data_type: "uint32", unit: "1" },
      { name: "h_mean", description: "mean height", data_type: "float32", nodata: "nan", unit: "m" },
      { name: "h_min", data_type: "float64", nodata: -9999 },
    ]);
    expect(item.links).toMatchObject([{ rel: "store", href: "../product.zarr" }]);
  });

  test("of a product without data has no place", async () => {
    const empty = await stacItem(await productWith([0, 3, 4, 0]), OPTIONS);
    expect(empty.geometry).toBeNull();
    expect(empty).not.toHaveProperty("bbox");
  });
});

// The schemas of the extensions cannot be had offline; what they ask of an item with our members is checked here.
describe("the extensions", () => {
  const ALLOWED = {
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json": ["proj:code"],
    "https://stac-extensions.github.io/raster/v2.0.0/schema.json": [
      "raster:sampling",
      "raster:spatial_resolution",
    ],
    "https://stac-extensions.github.io/zarr/v1.1.0/schema.json": [
      "zarr:zarr_format",
      "zarr:node_type",
      "zarr:consolidated",
    ],
    "https://stac-extensions.github.io/processing/v1.2.0/schema.json": [
      "processing:level",
      "processing:software",
    ],
  };

  test("that are declared are those that are used, with members that they know", () => {
    expect(item.stac_extensions).toEqual(Object.keys(ALLOWED));
    const members = [...Object.keys(item.properties), ...Object.keys(item.assets.data)];
    const prefixed = members.filter((name) => name.includes(":") && !name.startsWith("zagg:"));
    expect(prefixed.sort()).toEqual(Object.values(ALLOWED).flat().sort());
  });

  test("projection: a code is a string or null; processing: software is a map of strings", () => {
    expect(item.properties["proj:code"]).toBeNull();
    expect(Object.values(item.properties["processing:software"] as object)).toEqual(["0.2.0"]);
  });

  test("zarr: format 2 or 3, a group or an array; raster: area or point, metres", () => {
    expect(item.assets.data).toMatchObject({
      "zarr:zarr_format": 3,
      "zarr:node_type": "group",
      "zarr:consolidated": true,
      "raster:sampling": "area",
    });
    const authalicRadius = 6_371_007.1809;
    const side = Math.sqrt((4 * Math.PI * authalicRadius ** 2) / 768);
    expect(item.assets.data["raster:spatial_resolution"]).toBeCloseTo(side, 1);
  });
});
