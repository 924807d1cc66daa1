import type { PixelGrid } from "@zagg/map";

/** One variable on a pixel grid. */
export interface Raster {
  readonly grid: PixelGrid;
  /** Row-major from the top; NaN: no data. */
  readonly values: Float32Array;
  /** What the product knows of each pixel; absent: not asked. See {@link COVERAGE_OUTSIDE}. */
  readonly coverage?: Uint8Array;
}

/** Coverage of a pixel that lies in no shard of the product; others are 1 + the value of `shard_state`. */
export const COVERAGE_OUTSIDE = 0;
