import { cellCentres } from "@zagg/healpix";
import { binner, type CellIndex, nearestPositions, type PixelGrid, pixelsOf } from "@zagg/map";
import { COUNT, type Product } from "@zagg/product";
import type { Drawer, Drawing } from "./nearest-drawer.js";
import { pixelsByShard } from "./pixels-by-shard.js";
import { shardValues } from "./shard-values.js";
import { storedCombination } from "./stored-combination.js";

interface BinOptions {
  readonly variables: readonly string[];
  readonly onNotice?: (notice: string) => void;
}

/** Rule `bin`: each pixel gathers the cells whose centres lie in it; one without any shows the cell that holds its own. */
export async function binDrawer(
  { product, grid, index, shards }: Drawing,
  { variables, onNotice }: BinOptions,
): Promise<Drawer> {
  const weighted = variables.filter((name) => ["mean", "sigma"].includes(storedCombination(product, name)));
  const hasCounts = Object.hasOwn(product.spec.variables, COUNT);
  if (weighted.length > 0 && !hasCounts) {
    onNotice?.(`no variable ${COUNT}: every cell has the same weight in ${weighted.join(", ")}`);
  }
  const weights = weighted.length > 0 && hasCounts ? await weightsOf(product, shards) : undefined;
  const pixels = cellPixels(grid, index, shards);
  const fill = pixelsByShard(gapsOf(grid, index, pixels), index);
  return async (name) => {
    const combination = storedCombination(product, name);
    const bins = binner(combination, grid.width * grid.height);
    const gaps = new Float32Array(grid.width * grid.height).fill(Number.NaN);
    for await (const shard of shardValues(product, name, shards)) {
      bins.add(pixels.get(shard.k) ?? NOWHERE, shard.values, weights?.get(shard.k));
      if (combination !== "sum") fill(shard, gaps);
    }
    const drawn = bins.finish();
    // No pixel has both: in a gap lies no centre of a cell.
    return drawn.map((value, pixel) => (Number.isNaN(value) ? (gaps[pixel] as number) : value));
  };
}

const NOWHERE = new Int32Array(0);

/** Counts of cells, by shard. A cell whose other values have points that its count leaves out weighs as one. */
async function weightsOf(
  product: Product,
  shards: readonly number[],
): Promise<ReadonlyMap<number, Float32Array | Float64Array>> {
  const weights = new Map<number, Float32Array | Float64Array>();
  for await (const { k, values } of shardValues(product, COUNT, shards)) {
    weights.set(
      k,
      values.map((count) => (count > 0 ? count : 1)),
    );
  }
  return weights;
}

/** For pixels in which no centre of a cell lies, the position of the cell that they lie in; -1 for all others. */
function gapsOf(grid: PixelGrid, index: CellIndex, pixels: CellPixels): Int32Array {
  const positions = nearestPositions(grid, index, 0, grid.height);
  for (const [, ofShard] of pixels) for (const pixel of ofShard) if (pixel >= 0) positions[pixel] = -1;
  return positions;
}

/** The pixel of every cell, by shard; -1 outside the grid. */
type CellPixels = ReadonlyMap<number, Int32Array>;

function cellPixels(
  grid: PixelGrid,
  { layout, cellsPerShard, firstCell }: CellIndex,
  shards: readonly number[],
): CellPixels {
  const cells = new Float64Array(cellsPerShard);
  const lon = new Float64Array(cellsPerShard);
  const lat = new Float64Array(cellsPerShard);
  return new Map(
    shards.map((k) => {
      const first = firstCell(k);
      for (let i = 0; i < cellsPerShard; i++) cells[i] = first + i;
      cellCentres(layout.childOrder, cells, layout.latitude, lon, lat);
      return [k, pixelsOf(grid, lon, lat)];
    }),
  );
}
