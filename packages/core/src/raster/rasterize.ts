import { cellCentres, cellSide } from "@zagg/healpix";
import {
  binner,
  type CellIndex,
  type CellLayout,
  cellIndex,
  nearestPositions,
  type PixelGrid,
  pixelsOf,
} from "@zagg/map";
import type { Product } from "@zagg/product";
import { defined } from "../terms/index.js";
import { type CellValues, readCellValues } from "./cell-values.js";
import { COVERAGE_OUTSIDE, type Raster } from "./raster.js";
import { storedCombination } from "./stored-combination.js";
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

/** The name by which a product's weights for means are known. */
const COUNT = "count";

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
  const draw =
    rule === "nearest" ? nearestDrawer(grid, index) : await binDrawer(product, grid, index, options);
  const coverage = options.coverage ? await coverageOf(product, grid, layout) : undefined;
  const rasters = new Map<string, Raster>();
  for (const name of options.variables) {
    const values = draw(name, await readCellValues(product, name));
    rasters.set(name, defined({ grid, values, coverage }));
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

type Drawer = (name: string, values: CellValues) => Float32Array;

function nearestDrawer(grid: PixelGrid, index: CellIndex): Drawer {
  const positions = nearestPositions(grid, index, 0, grid.height);
  return (_, values) => {
    const pixels = new Float32Array(positions.length).fill(Number.NaN);
    for (let i = 0; i < pixels.length; i++) {
      const position = positions[i] as number;
      if (position >= 0) pixels[i] = values[position] as number;
    }
    return pixels;
  };
}

async function binDrawer(
  product: Product,
  grid: PixelGrid,
  index: CellIndex,
  { variables, onNotice }: RasterizeOptions,
): Promise<Drawer> {
  const weighted = variables.filter((name) => ["mean", "sigma"].includes(storedCombination(product, name)));
  const hasCounts = product.arrays.has(COUNT);
  if (weighted.length > 0 && !hasCounts) {
    onNotice?.(`no variable ${COUNT}: every cell has the same weight in ${weighted.join(", ")}`);
  }
  const counts = weighted.length > 0 && hasCounts ? await readCellValues(product, COUNT) : undefined;
  const pixels = cellPixels(grid, index);
  const gaps = gapsOf(grid, index, pixels);
  return (name, values) => {
    const combination = storedCombination(product, name);
    const bins = binner(combination, grid.width * grid.height);
    bins.add(pixels, values, counts);
    const drawn = bins.finish();
    if (combination === "sum") return drawn;
    for (let pixel = 0; pixel < drawn.length; pixel++) {
      const position = gaps[pixel] as number;
      if (position >= 0) drawn[pixel] = values[position] as number;
    }
    return drawn;
  };
}

/** For pixels in which no centre of a cell lies, the position of the cell that they lie in; -1 for all others. */
function gapsOf(grid: PixelGrid, index: CellIndex, pixels: Int32Array): Int32Array {
  const positions = nearestPositions(grid, index, 0, grid.height);
  for (const pixel of pixels) if (pixel >= 0) positions[pixel] = -1;
  return positions;
}

/** The pixel of every cell of a product, by its position; -1 outside the grid. */
function cellPixels(grid: PixelGrid, { layout, length, cellsPerShard, firstCell }: CellIndex): Int32Array {
  const pixels = new Int32Array(length).fill(-1);
  const cells = new Float64Array(cellsPerShard);
  const lon = new Float64Array(cellsPerShard);
  const lat = new Float64Array(cellsPerShard);
  layout.shards.forEach((shard, k) => {
    if (shard < 0) return;
    const first = firstCell(k);
    for (let i = 0; i < cellsPerShard; i++) cells[i] = first + i;
    cellCentres(layout.childOrder, cells, layout.latitude, lon, lat);
    pixels.set(pixelsOf(grid, lon, lat), k * cellsPerShard);
  });
  return pixels;
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
