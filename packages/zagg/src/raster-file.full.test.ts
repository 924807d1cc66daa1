import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { catalogFromGranules, defaultConfig, findGranules } from "@zagg/core";
import { localStore } from "@zagg/storage";
import { dataPath, runOracle, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";
import { rasterFile } from "./raster-file.js";

const run = promisify(execFile);
const SPACING = 6000;
const BANDS = ["count", "h_max", "h_mean", "h_min", "h_q25", "h_q50", "h_q75", "h_sigma", "h_variance"];

describe.skipIf(!sharedData.present)(`rasters of real granules (${sharedData.reason})`, () => {
  let folder: string;
  let store: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zagg-raster-"));
    store = join(folder, "product.zarr");
    const built = defaultConfig("atl06");
    const grid = { ...built.output.grid, parentOrder: 6, latitude: "geodetic" } as const;
    const config = { ...built, output: { ...built.output, grid } };
    const catalog = await catalogFromGranules(await findGranules(dataPath("atl06")), config);
    await agg(config, { catalog, store, maxWorkers: 2 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("a GeoTIFF opens in GDAL with CRS, origin, spacing, nodata and band names", async () => {
    const path = join(folder, "all.tif");
    await rasterFile(localStore(store), path, { all: true, rule: "bin", spacing: SPACING });
    const info = JSON.parse((await run("gdalinfo", ["-json", path])).stdout);
    expect(info.stac["proj:epsg"]).toBe(3031);
    const [left, dx, , top, , dy] = info.geoTransform as [number, number, number, number, number, number];
    expect([dx, dy, left % SPACING, top % SPACING].map((v) => v + 0)).toEqual([SPACING, -SPACING, 0, 0]);
    const bands = info.bands as { description: string; type: string; noDataValue: string }[];
    expect(bands.map(({ description }) => description)).toEqual(BANDS);
    for (const band of bands) expect(band).toMatchObject({ type: "Float32", noDataValue: "NaN" });
  });

  test("bin equals numpy's rewrite of its rules, read through GDAL", async () => {
    const path = join(folder, "bin.tif");
    await rasterFile(localStore(store), path, { all: true, rule: "bin", spacing: SPACING });
    const xyz = join(folder, "xyz");
    await mkdir(xyz);
    for (const [i, name] of BANDS.entries()) {
      const args = ["-q", "-of", "XYZ", "-b", String(i + 1), "-co", "SIGNIFICANT_DIGITS=12"];
      await run("gdal_translate", [...args, path, join(xyz, `${name}.xyz`)]);
    }
    const pixels = (await runOracle("raster_bin.py", store, String(SPACING), xyz)) as Record<string, number>;
    expect(Object.keys(pixels)).toHaveLength(BANDS.length);
    for (const name of BANDS) expect(pixels[name]).toBeGreaterThan(100);
  });

  test("a Zarr raster opens in xarray with CF coordinates and the values of the GeoTIFF", async () => {
    const zarr = join(folder, "raster.zarr");
    const tiff = join(folder, "one.tif");
    for (const path of [zarr, tiff])
      await rasterFile(localStore(store), path, { variable: "h_mean", spacing: SPACING });
    const xyz = join(folder, "one.xyz");
    await run("gdal_translate", ["-q", "-of", "XYZ", "-co", "SIGNIFICANT_DIGITS=12", tiff, xyz]);
    const pixels = (await runOracle("raster_zarr.py", zarr, xyz)) as number;
    expect(pixels).toBeGreaterThan(100);
  });

  test("an existing raster store is not written over", async () => {
    const path = join(folder, "twice.zarr");
    await rasterFile(localStore(store), path, { spacing: SPACING });
    await expect(rasterFile(localStore(store), path, { spacing: SPACING })).rejects.toThrow(
      /is there already/,
    );
  });
});
