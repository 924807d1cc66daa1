import { cellSide } from "@zagg/healpix";
import { type CellLayout, cellIndex, nearestPositions, type PixelGrid } from "@zagg/map";
import type { Product } from "@zagg/product";
import { defined } from "../terms/index.js";
import { binDrawer } from "./bin-drawer.js";
import { nearestDrawer } from "./nearest-drawer.js";
import { COVERAGE_OUTSIDE, type Raster } from "./raster.js";
import { drawnShards } from "./shard-values.js";
import { type GridChoice, METRES_PER_DEGREE, targetGrid } from "./target-grid.js";

/**
 * How cells become pixels. `nearest`: a pixel takes the cell that holds its centre, exact at any spacing. `bin`: a
 * pixel gathers the cells whose centres lie in it, by each variable's combination; one in which no centre lies takes
 * the cell that holds its own, but for sums, which would count that cell twice.
 */
export type RasterRule = "nearest" | "bin";

export interface RasterizeOptions extends GridChoice {
  readonly variables: readonly string[];
  /** Default: `bin`, which loses no cell, where a pixel is wider than a cell; else `nearest`. */
  readonly rule?: RasterRule;
  /** Marks what the product knows of each pixel, for pictures. Default false. */
  readonly coverage?: boolean;
  readonly onNotice?: (notice: string) => void;
}

export interface RasterSet {
  readonly grid: PixelGrid;
  readonly rule: RasterRule;
  /** By variable, in the order asked for. */
  readonly rasters: ReadonlyMap<string, Raster>;
}

/**
 * Draws variables of a product onto one pixel grid; `crs`, `spacing` (metres) and `bbox` choose the grid. Throws
 * `ZaggError` (`raster-grid`) where no memory would hold it.
 *
 * @example
 * const product = await openProduct(readStore("product.zarr"));
 * const { grid, rasters } = await rasterize(product, { variables: ["h_mean"], spacing: 2000 });
 * console.log(grid.crs, grid.width, grid.height, rasters.get("h_mean")?.values);
 */
export async function rasterize(product: Product, options: RasterizeOptions): Promise<RasterSet> {
  const layout = layoutOf(product);
  const grid = targetGrid(layout, options);
  const rule = options.rule ?? ruleFor(layout, grid);
  const index = cellIndex(layout);
  const shards = await drawnShards(product);
  const draw =
    rule === "nearest"
      ? nearestDrawer({ product, grid, index, shards })
      : await binDrawer({ product, grid, index, shards }, options);
  const coverage = options.coverage ? await coverageOf(product, grid, layout) : undefined;
  const rasters = new Map<string, Raster>();
  for (const name of options.variables) {
    rasters.set(name, defined({ grid, values: await draw(name), coverage }));
  }
  return { grid, rule, rasters };
}

function layoutOf({ spec }: Product): CellLayout {
  return { ...spec.grid, shards: spec.shards };
}

function ruleFor({ childOrder }: CellLayout, { crs, spacing }: PixelGrid): RasterRule {
  const metres = crs === "EPSG:4326" ? spacing * METRES_PER_DEGREE : spacing;
  return metres <= cellSide(childOrder) ? "nearest" : "bin";
}

/** For every pixel the state of the shard that holds its centre, plus one. */
async function coverageOf(product: Product, grid: PixelGrid, layout: CellLayout): Promise<Uint8Array> {
  const written = 1;
  const states = (await product.states()) ?? new Uint8Array(layout.shards.length).fill(written);
  const shards = cellIndex({ ...layout, childOrder: layout.parentOrder });
  const coverage = new Uint8Array(grid.width * grid.height);
  nearestPositions(grid, shards, 0, grid.height).forEach((k, pixel) => {
    coverage[pixel] = k < 0 ? COVERAGE_OUTSIDE : 1 + (states[k] as number);
  });
  return coverage;
}
