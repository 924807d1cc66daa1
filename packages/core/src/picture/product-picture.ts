import { cellSide } from "@zagg/healpix";
import { CRS_NAMES, limitsOf, type PaletteName } from "@zagg/map";
import { labelOf, type Product } from "@zagg/product";
import type { Raster } from "../raster/raster.js";
import type { RasterSet } from "../raster/rasterize.js";
import { type Panel, renderPng } from "./picture.js";

/** How a picture looks. */
export interface PictureStyle {
  /** Default `viridis`. */
  readonly palette?: PaletteName;
  /** Logarithmic colours. Default: for `count`. */
  readonly log?: boolean;
  /** Colour limits. Default: the 2nd and 98th percentile. */
  readonly limits?: readonly [min: number, max: number];
}

/** Variables that the four panels of 0.1.0 are made of. */
export const PANEL_VARIABLES = ["h_mean", "count", "h_sigma", "h_min", "h_max"] as const;

/** A PNG with a map of each raster. */
export function pictureOf(product: Product, set: RasterSet, style: PictureStyle): Uint8Array {
  const panels = [...set.rasters].map(([name, raster]) => panelOf(product, name, raster, style));
  return renderPng(panels, { caption: captionOf(product, set) });
}

/** The four maps of 0.1.0: mean height, count on a log scale, uncertainty, range within the cell. */
export function fourPanels(product: Product, set: RasterSet): Uint8Array {
  const raster = (name: (typeof PANEL_VARIABLES)[number]) => set.rasters.get(name) as Raster;
  const [least, most] = [raster("h_min"), raster("h_max")];
  const range = { ...most, values: most.values.map((value, i) => value - (least.values[i] as number)) };
  const panels = [
    panelOf(product, "h_mean", raster("h_mean"), {}),
    panelOf(product, "count", raster("count"), { palette: "cividis", log: true }),
    panelOf(product, "h_sigma", raster("h_sigma"), { palette: "magma" }),
    { ...panelOf(product, "h_max", range, { palette: "magma" }), title: "h_max - h_min" },
  ];
  const { unit } = labelOf("h_max", product.spec.variables.h_max);
  const last = panels[3] as Panel;
  panels[3] = { ...last, label: `range within a pixel${unit === undefined ? "" : ` [${unit}]`}` };
  return renderPng(panels, { caption: captionOf(product, set) });
}

/** A variable as one map of a picture, labelled from its attributes. */
function panelOf(product: Product, name: string, raster: Raster, style: PictureStyle): Panel {
  const { label, unit } = labelOf(name, product.spec.variables[name]);
  const log = style.log ?? name === "count";
  const found = limitsOf(raster.values, log);
  const [min, max] = style.limits ?? [found.min, found.max];
  return {
    raster,
    title: name,
    label: unit === undefined ? label : `${label} [${unit}]`,
    palette: style.palette ?? "viridis",
    scale: { min, max, log },
  };
}

/** What a reader needs to know of a picture, in one line. */
function captionOf({ spec, url }: Product, { grid, rule }: RasterSet): string[] {
  const store = url.replace(/\/+$/, "").split("/").at(-1);
  const { childOrder, latitude } = spec.grid;
  const spacing = grid.crs === "EPSG:4326" ? `${Number(grid.spacing.toPrecision(3))}°` : `${grid.spacing} m`;
  const cells = `HEALPix order ${childOrder} (${metres(cellSide(childOrder))}), ${latitude} latitude`;
  return [`${store} · ${cells} · ${rule}, ${spacing} pixels · ${grid.crs} ${CRS_NAMES[grid.crs]}`];
}

function metres(value: number): string {
  return value >= 1000 ? `${(value / 1000).toPrecision(2)} km` : `${value.toPrecision(2)} m`;
}
