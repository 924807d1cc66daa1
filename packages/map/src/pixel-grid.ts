import type { Crs } from "./crs.js";

/**
 * A raster's geometry: square pixels, north (positive y) up. `left` and `top` are the outer edges of the first
 * pixel, `spacing` its side, all in the units of the CRS (metres, or degrees for EPSG:4326).
 */
export interface PixelGrid {
  readonly crs: Crs;
  readonly spacing: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Extent in the units of a CRS. */
export interface Extent {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

/** The smallest grid that covers `extent`, its edges at multiples of `spacing`: grids of one spacing align. */
export function gridOver(crs: Crs, extent: Extent, spacing: number): PixelGrid {
  const left = Math.floor(extent.left / spacing);
  const top = Math.ceil(extent.top / spacing);
  const width = Math.max(1, Math.ceil(extent.right / spacing) - left);
  const height = Math.max(1, top - Math.floor(extent.bottom / spacing));
  return { crs, spacing, left: left * spacing, top: top * spacing, width, height };
}

/** x of the centres of every column. */
export function columnCentres(grid: PixelGrid): Float64Array {
  return Float64Array.from({ length: grid.width }, (_, i) => grid.left + (i + 0.5) * grid.spacing);
}

/** y of the centres of every row, from the top down. */
export function rowCentres(grid: PixelGrid): Float64Array {
  return Float64Array.from({ length: grid.height }, (_, i) => grid.top - (i + 0.5) * grid.spacing);
}

export function extentOf(grid: PixelGrid): Extent {
  return {
    left: grid.left,
    bottom: grid.top - grid.height * grid.spacing,
    right: grid.left + grid.width * grid.spacing,
    top: grid.top,
  };
}
