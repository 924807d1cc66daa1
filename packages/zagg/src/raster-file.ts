import { rm } from "node:fs/promises";
import { extname, resolve } from "node:path";
import {
  type PngOptions,
  rasterGeoTiff,
  rasterStore,
  rasterZarr,
  withStoreErrors,
  ZaggError,
} from "@zagg/core";
import type { ReadableStore } from "@zagg/product";
import { localStore } from "@zagg/storage";
import { checkFolder, writeWhole } from "./write-whole.js";

/** What a raster can be written as, by the suffix of its path. */
export const RASTER_SUFFIXES = [".png", ".tif", ".tiff", ".zarr"] as const;

/** What only pictures have. */
const PICTURE_OPTIONS = ["panels", "palette", "log", "limits"] as const;

/**
 * Writes a raster of the product in `store` to `path`, in the format that its suffix names.
 *
 * @example await rasterFile(readStore("product.zarr"), "map.png");
 */
export async function rasterFile(
  store: ReadableStore,
  path: string,
  options: PngOptions = {},
): Promise<void> {
  const suffix = extname(path.replace(/\/+$/, "")).toLowerCase();
  const drawn = PICTURE_OPTIONS.filter((name) => options[name]);
  if (suffix !== ".png" && drawn.length > 0) {
    const message = `${drawn.join(", ")}: only pictures have that, so ${path} must end in .png`;
    throw new ZaggError("config", "raster-output", message, { path });
  }
  if (suffix !== ".zarr") await checkFolder(path);
  switch (suffix) {
    case ".png":
      return writeWhole(path, await rasterStore(store, options));
    case ".tif":
    case ".tiff":
      return writeWhole(path, await rasterGeoTiff(store, options));
    case ".zarr":
      return writeZarr(store, path, options);
    default:
      throw new ZaggError(
        "config",
        "raster-output",
        `${path} ends in none of ${RASTER_SUFFIXES.join(", ")}, which name the format`,
        { path },
      );
  }
}

async function writeZarr(store: ReadableStore, path: string, options: PngOptions): Promise<void> {
  const tmp = `${resolve(path)}.tmp`;
  const target = localStore(path, { tmp });
  for await (const { key } of target.list("")) {
    throw new ZaggError(
      "store",
      "raster-output",
      `${path} is there already (it holds ${key}); remove it first`,
      { path },
    );
  }
  try {
    // Of the errors only those of the target are the output's.
    await rasterZarr(store, withStoreErrors(target), options);
  } finally {
    await rm(tmp, { recursive: true, force: true }).catch(() => undefined); // left empty, it does no harm
  }
}
