import type { Combination } from "@zagg/stats";
import type { PixelGrid } from "./pixel-grid.js";
import { projectionOf } from "./projection.js";

/** The pixel (row-major) that each point lies in, -1 outside the grid; a pixel holds its left and upper edge. */
export function pixelsOf(grid: PixelGrid, lon: Float64Array, lat: Float64Array): Int32Array {
  const { width, height, left, top, spacing } = grid;
  const projection = projectionOf(grid.crs);
  const x = new Float64Array(lon.length);
  const y = new Float64Array(lon.length);
  projection.forwardAll(lon, lat, x, y);
  const pixels = new Int32Array(lon.length);
  for (let i = 0; i < pixels.length; i++) {
    // A plate carrée may begin at 170° and end at 190°.
    const px = projection.metric || (x[i] as number) >= left ? (x[i] as number) : (x[i] as number) + 360;
    const column = Math.floor((px - left) / spacing);
    const row = Math.floor((top - (y[i] as number)) / spacing);
    const inside = column >= 0 && column < width && row >= 0 && row < height;
    pixels[i] = inside ? row * width + column : -1;
  }
  return pixels;
}

/** Gathers cells, some at a time, into pixels by one combination. */
export interface Binner {
  /**
   * Adds cells: `pixels[i]` is where cell i lies, `weights[i]` its count (1 each when absent). Cells whose value is
   * NaN, or whose weight is not above 0, do not count.
   */
  add(pixels: Int32Array, values: ArrayLike<number>, weights?: ArrayLike<number>): void;
  /** One value per pixel, NaN where no cell counted. */
  finish(): Float32Array;
}

/**
 * A binner over `pixelCount` pixels. Of the values v of the cells in a pixel, with weights n (their counts), it makes
 * `sum` Σv · `mean` Σnv / Σn · `sigma` of that mean, the cells independent: √Σ(nv)² / Σn · `min` · `max`. Sums are
 * kept in float64.
 */
export function binner(combination: Combination, pixelCount: number): Binner {
  if (combination === "min" || combination === "max") return extremes(combination, pixelCount);
  const sums = new Float64Array(pixelCount);
  const totals = new Float64Array(pixelCount);
  const weighted = combination !== "sum";
  const squared = combination === "sigma";
  return {
    add(pixels, values, weights) {
      for (let i = 0; i < pixels.length; i++) {
        const pixel = pixels[i] as number;
        const value = values[i] as number;
        const weight = weights && weighted ? (weights[i] as number) : 1;
        if (pixel < 0 || Number.isNaN(value) || !(weight > 0)) continue;
        const term = weighted ? weight * value : value;
        sums[pixel] = (sums[pixel] as number) + (squared ? term * term : term);
        totals[pixel] = (totals[pixel] as number) + weight;
      }
    },
    finish() {
      const pixels = new Float32Array(pixelCount).fill(Number.NaN);
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const total = totals[pixel] as number;
        if (total === 0) continue;
        const sum = sums[pixel] as number;
        pixels[pixel] = weighted ? (squared ? Math.sqrt(sum) : sum) / total : sum;
      }
      return pixels;
    },
  };
}

function extremes(combination: "min" | "max", pixelCount: number): Binner {
  const best = new Float32Array(pixelCount).fill(Number.NaN);
  const sign = combination === "min" ? 1 : -1;
  return {
    add(pixels, values) {
      for (let i = 0; i < pixels.length; i++) {
        const pixel = pixels[i] as number;
        const value = values[i] as number;
        // Written so that a NaN value never wins and a NaN best always loses.
        if (pixel >= 0 && (sign * value < sign * (best[pixel] as number) || Number.isNaN(best[pixel]))) {
          best[pixel] = value;
        }
      }
    },
    finish: () => best,
  };
}
