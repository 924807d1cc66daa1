import type { WritableStore } from "@zagg/storage";
import type { Attributes } from "../config/index.js";
import { ZaggError } from "../error.js";
import { openProduct, type Product } from "../product/index.js";
import { encodeGeoTiff } from "./geotiff.js";
import { fourPanels, PANEL_VARIABLES, type PictureStyle, pictureOf } from "./product-picture.js";
import { type RasterizeOptions, type RasterSet, rasterize } from "./rasterize.js";
import { writeZarrRaster } from "./zarr-raster.js";

/** What a raster is made from: a store of ours, or one of 0.1.0. */
export type RasterInput = Parameters<typeof openProduct>[0];

export interface RasterOptions extends Omit<RasterizeOptions, "variables" | "coverage"> {
  /** Default `h_mean`, else the product's first variable. */
  readonly variable?: string;
  /** Every variable, in place of one. */
  readonly all?: boolean;
}

export interface PngOptions extends RasterOptions, PictureStyle {
  /** The four maps of 0.1.0 in one picture: mean height, count, uncertainty, range. */
  readonly panels?: boolean;
}

/** What the four maps settle themselves. */
const SETTLED_BY_PANELS = ["variable", "all", "palette", "log", "limits"] as const;

/** Draws variables of the product in a store as a PNG. */
export async function rasterStore(store: RasterInput, options: PngOptions = {}): Promise<Uint8Array> {
  const product = await openProduct(store);
  if (!options.panels)
    return pictureOf(product, await draw(product, options, variablesOf(product, options), true), options);
  const idle = SETTLED_BY_PANELS.filter((name) => options[name] !== undefined);
  if (idle.length > 0) {
    const message = `${idle.join(", ")}: the four panels have variables and colours of their own; leave out either`;
    throw new ZaggError("config", "raster-output", message, { options: idle });
  }
  return fourPanels(product, await draw(product, options, PANEL_VARIABLES, true));
}

/** Variables of the product in a store as a GeoTIFF: one float32 band each. */
export async function rasterGeoTiff(store: RasterInput, options: RasterOptions = {}): Promise<Uint8Array> {
  const product = await openProduct(store);
  const { grid, rasters } = await draw(product, options, variablesOf(product, options), false);
  return encodeGeoTiff(grid, new Map([...rasters].map(([name, { values }]) => [name, values])));
}

/** Writes variables of the product in a store as rasters into another Zarr store, by the CF conventions. */
export async function rasterZarr(
  store: RasterInput,
  target: WritableStore,
  options: RasterOptions = {},
): Promise<void> {
  const product = await openProduct(store);
  const set = await draw(product, options, variablesOf(product, options), false);
  const attributes = Object.entries(product.spec.variables).map(
    ([name, { attrs }]) => [name, attrs] as const,
  );
  await writeZarrRaster(target, set, new Map<string, Attributes>(attributes));
}

async function draw(
  product: Product,
  options: RasterOptions,
  variables: readonly string[],
  coverage: boolean,
): Promise<RasterSet> {
  for (const name of variables) checkVariable(product, name);
  if (!product.status) {
    options.onNotice?.(
      `${product.url} has no provenance, so it is read as a store of 0.1.0: its cells as geodetic latitudes on a \
sphere, whatever ellipsoid it declares`,
    );
  }
  return rasterize(product, { ...options, variables, coverage });
}

function variablesOf(product: Product, { variable, all }: RasterOptions): string[] {
  const names = Object.keys(product.spec.variables);
  if (names.length === 0) {
    const { url } = product;
    throw new ZaggError("store", "no-variable", `${url} holds no data variable`, { url });
  }
  return all ? names : [variable ?? (names.includes("h_mean") ? "h_mean" : (names[0] as string))];
}

function checkVariable({ spec, url }: Product, name: string): void {
  if (Object.hasOwn(spec.variables, name)) return;
  const names = Object.keys(spec.variables).join(", ");
  throw new ZaggError("config", "no-variable", `${url} has no variable ${name}; it has ${names}`, { name });
}
