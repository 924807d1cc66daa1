import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import {
  type PngOptions,
  type RasterInput,
  rasterGeoTiff,
  rasterStore,
  rasterZarr,
  ZaggError,
} from "@zagg/core";
import { localStore } from "@zagg/storage";

/** What a raster can be written as, by the suffix of its path. */
export const RASTER_SUFFIXES = [".png", ".tif", ".tiff", ".zarr"] as const;

/** Writes a raster of the product in `store` to `path`, in the format that its suffix names. */
export async function rasterFile(store: RasterInput, path: string, options: PngOptions = {}): Promise<void> {
  const suffix = extname(path.replace(/\/+$/, "")).toLowerCase();
  if (suffix !== ".png" && options.panels) {
    throw new ZaggError("config", "raster-output", `panels are a picture: ${path} must end in .png`, {
      path,
    });
  }
  switch (suffix) {
    case ".png":
      return writeBytes(path, await rasterStore(store, options));
    case ".tif":
    case ".tiff":
      return writeBytes(path, await rasterGeoTiff(store, options));
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

async function writeZarr(store: RasterInput, path: string, options: PngOptions): Promise<void> {
  const target = localStore(path);
  for await (const { key } of target.list("")) {
    throw new ZaggError(
      "store",
      "raster-output",
      `${path} is there already (it holds ${key}); remove it first`,
      { path },
    );
  }
  await rasterZarr(store, target, options);
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((cause: NodeJS.ErrnoException) => {
    const message = `${path} could not be written: ${cause.message}`;
    throw new ZaggError("store", "raster-output", message, { path }, { cause });
  });
}
