import type { ReadableStore } from "@zagg/product";
import { beforeAll, describe, expect, test } from "vitest";
import { catalog, config, newStores, planOf, run } from "../testing/sample-run.js";
import { type PngOptions, rasterStore } from "./picture-store.js";

let store: ReadableStore;
beforeAll(async () => {
  const stores = newStores();
  await run(planOf(), stores);
  store = stores.product;
});

const bbox = { west: 8, south: -76, east: 13, north: -72.5 };
const draw = async (options: PngOptions, from = store) =>
  Buffer.from(await rasterStore(from, { crs: "EPSG:3031", bbox, spacing: 10_000, ...options }));
const widthOf = (png: Buffer) => png.readUInt32BE(16);

describe("a picture of one variable", () => {
  test("is h_mean in viridis on a linear scale, unless otherwise said", async () => {
    const plain = await draw({});
    expect(plain.toString("latin1", 1, 4)).toBe("PNG");
    expect(await draw({ variable: "h_mean", palette: "viridis", log: false })).toEqual(plain);
    for (const other of [
      { palette: "magma" },
      { log: true },
      { limits: [0, 1] },
      { variable: "h_max" },
    ] as const) {
      expect((await draw(other)).equals(plain), JSON.stringify(other)).toBe(false);
    }
  });

  test("of the count is logarithmic", async () => {
    const plain = await draw({ variable: "count" });
    expect(await draw({ variable: "count", log: true })).toEqual(plain);
    expect((await draw({ variable: "count", log: false })).equals(plain)).toBe(false);
  });

  test("in degrees", async () => {
    const plain = await draw({ crs: "EPSG:4326" });
    expect((await draw({})).equals(plain)).toBe(false);
  });
});

describe("four panels", () => {
  test("stand two in a row", async () => {
    expect(widthOf(await draw({ panels: true }))).toBe(2 * widthOf(await draw({})));
  });

  test("settle variables and colours themselves", async () => {
    await expect(draw({ panels: true, all: true, palette: "magma" })).rejects.toMatchObject({
      kind: "config",
      code: "raster-output",
      message: expect.stringMatching(
        /^all, palette: the four panels have variables and colours of their own/,
      ),
      data: { options: ["all", "palette"] },
    });
  });

  test("of variables without names and units", async () => {
    const bare = Object.fromEntries(
      Object.entries(config.aggregation.variables).map(([name, variable]) => [
        name,
        { ...variable, attrs: {} },
      ]),
    );
    const stores = newStores();
    await run(planOf(catalog, { aggregation: { ...config.aggregation, variables: bare } }), stores);
    const unnamed = await draw({ panels: true }, stores.product);
    expect(unnamed.equals(await draw({ panels: true }))).toBe(false);
  });
});
