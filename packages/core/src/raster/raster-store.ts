import { openProduct, type ReadableStore } from "@zagg/product";
import type { WritableStore } from "@zagg/storage";
import type { Attributes } from "../terms/index.js";
import { drawProduct, type RasterOptions, variablesOf } from "./draw-product.js";
import { encodeGeoTiff } from "./geotiff.js";
import { writeZarrRaster } from "./zarr-raster.js";

/**
 * Variables of the product in a store as a GeoTIFF: one float32 band each.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("map.tif", await rasterGeoTiff(readStore("product.zarr"), { variable: "h_mean" }));
 */
export async function rasterGeoTiff(store: ReadableStore, options: RasterOptions = {}): Promise<Uint8Array> {
  const product = await openProduct(store);
  const { grid, rasters } = await drawProduct(product, options, variablesOf(product, options), false);
  return encodeGeoTiff(grid, new Map([...rasters].map(([name, { values }]) => [name, values])));
}

/**
 * Writes variables of the product in a store as rasters into another Zarr store, by the CF conventions.
 *
 * @example await rasterZarr(readStore("product.zarr"), localStore("map.zarr"), { all: true });
 */
export async function rasterZarr(
  store: ReadableStore,
  target: WritableStore,
  options: RasterOptions = {},
): Promise<void> {
  const product = await openProduct(store);
  const set = await drawProduct(product, options, variablesOf(product, options), false);
  const attributes = Object.entries(product.spec.variables).map(
    ([name, { attrs }]) => [name, attrs] as const,
  );
  await writeZarrRaster(target, set, new Map<string, Attributes>(attributes));
}
