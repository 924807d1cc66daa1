import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PngOptions } from "@zagg/core";
import { productSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rasterFile } from "./raster-file.js";

const store = memoryStore();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-raster-"));
  await writeFile(join(folder, "a-file"), "");
  const config = {
    aggregation: {
      coordinates: {},
      variables: { count: { function: "len", params: {}, dtype: "int32", fillValue: 0, attrs: {} } },
    },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: 3 }, codecs: "gzip" },
  } as const;
  const spec = productSpec(config, { parentOrder: 1, childOrder: 3, latitude: "authalic" }, [36], {});
  await writeTemplate(store, spec);
  await writeShard(store, spec, 0, new Map([["count", new Int32Array(16).fill(7)]]));
  await writeState(store, spec, Uint8Array.of(1), {});
});
afterAll(() => rm(folder, { recursive: true }));

const raster = (name: string, options: PngOptions = {}) =>
  rasterFile(store, join(folder, name), { spacing: 100_000, ...options });

test.each<[string, PngOptions]>([
  ["a.tif", { palette: "magma" }],
  ["a.zarr", { log: true }],
  ["a.tiff", { limits: [0, 1] }],
  ["a.tif", { panels: true }],
  ["a.png", { panels: true, palette: "magma" }],
  ["a.png", { panels: true, variable: "count" }],
  ["a.jpeg", {}],
])("%s with %j: refused", async (name, options) => {
  const refused = { kind: "config", code: "raster-output" };
  await expect(raster(name, options)).rejects.toMatchObject(refused);
});

test.each([
  ["a-file/a.png", "config"], // looked at before anything is computed
  ["a-file/a.tif", "config"],
  ["a-file/a.zarr", "store"],
])("%s: an error of the output", async (name, kind) => {
  await expect(raster(name)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(join(folder, "a-file")),
  });
});

test("what is made is all that lies there", async () => {
  for (const name of ["b.png", "b.tif", "b.zarr"]) await raster(name);
  expect(await readdir(folder)).toEqual(["a-file", "b.png", "b.tif", "b.zarr"]);
});
