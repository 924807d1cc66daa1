import { CRS_NAMES, limitsOf, type PaletteName } from "@zagg/map";
import type { Store } from "@zagg/storage";
import { ZaggError } from "../error.js";
import { openProduct, type Product } from "../product/index.js";
import { type Panel, renderPng } from "./picture.js";
import { cellSide, type RasterizeOptions, type RasterSet, rasterize } from "./rasterize.js";

export interface PngOptions extends Omit<RasterizeOptions, "variables" | "coverage"> {
  /** Default `h_mean`, else the product's first variable. */
  readonly variable?: string;
  /** Default `viridis`. */
  readonly palette?: PaletteName;
  /** Logarithmic colours. Default: for counts. */
  readonly log?: boolean;
  /** Colour limits. Default: the 2nd and 98th percentile. */
  readonly limits?: readonly [min: number, max: number];
}

/** Draws one variable of the product in a store as a PNG. */
export async function rasterStore(store: Store, options: PngOptions = {}): Promise<Uint8Array> {
  const product = await openProduct(store);
  const name = options.variable ?? defaultVariable(product);
  checkVariable(product, name);
  const set = await rasterize(product, { ...options, variables: [name], coverage: true });
  return renderPng(panelOf(product, set, name, options), { caption: captionOf(product, set) });
}

export function defaultVariable({ spec, url }: Product): string {
  const names = Object.keys(spec.variables);
  const name = names.includes("h_mean") ? "h_mean" : names[0];
  if (name !== undefined) return name;
  throw new ZaggError("store", "no-variable", `${url} holds no data variable`, { url });
}

export function checkVariable({ spec, url }: Product, name: string): void {
  if (Object.hasOwn(spec.variables, name)) return;
  const names = Object.keys(spec.variables).join(", ");
  throw new ZaggError("config", "no-variable", `${url} has no variable ${name}; it has ${names}`, { name });
}

/** A variable as one map of a picture, labelled from its attributes. */
export function panelOf(product: Product, set: RasterSet, name: string, options: PngOptions): Panel {
  const raster = set.rasters.get(name);
  if (!raster) throw new RangeError(`${name} was not rasterized`);
  const attrs = product.spec.variables[name]?.attrs ?? {};
  const long = typeof attrs.long_name === "string" ? attrs.long_name : name;
  const log = options.log ?? name === "count";
  const limits = limitsOf(raster.values, log);
  const [min, max] = options.limits ?? [limits.min, limits.max];
  return {
    raster,
    title: name,
    label: typeof attrs.units === "string" && attrs.units !== "1" ? `${long} [${attrs.units}]` : long,
    palette: options.palette ?? "viridis",
    scale: { min, max, log },
  };
}

/** What a reader needs to know of a picture, in one line. */
export function captionOf({ spec }: Product, { grid, rule }: RasterSet): string[] {
  const side = cellSide(spec.grid.childOrder);
  const spacing = grid.crs === "EPSG:4326" ? `${Number(grid.spacing.toPrecision(3))}°` : `${grid.spacing} m`;
  return [
    `HEALPix order ${spec.grid.childOrder} (${metres(side)}), ${spec.grid.latitude} latitude · \
${rule}, ${spacing} pixels · ${grid.crs} ${CRS_NAMES[grid.crs]}`,
  ];
}

function metres(value: number): string {
  return value >= 1000 ? `${(value / 1000).toPrecision(2)} km` : `${value.toPrecision(2)} m`;
}
