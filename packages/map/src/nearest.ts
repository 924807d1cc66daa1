import { cellsOf } from "@zagg/healpix";
import type { CellIndex } from "./cell-layout.js";
import { columnCentres, type PixelGrid, rowCentres } from "./pixel-grid.js";
import { projectionOf } from "./projection.js";

/**
 * Rule `nearest`, rows `firstRow` up to `lastRow` (exclusive) of a grid: for every pixel the position, in the
 * product's arrays, of the cell that holds the pixel's centre; -1 where there is none. Row-major from the top.
 */
export function nearestPositions(
  grid: PixelGrid,
  index: CellIndex,
  firstRow: number,
  lastRow: number,
): Int32Array {
  const { width } = grid;
  const projection = projectionOf(grid.crs);
  const { childOrder, latitude } = index.layout;
  const xs = columnCentres(grid);
  const ys = rowCentres(grid);
  const y = new Float64Array(width);
  const lon = new Float64Array(width);
  const lat = new Float64Array(width);
  const cells = new Float64Array(width);
  const positions = new Int32Array(width * (lastRow - firstRow));
  for (let row = firstRow; row < lastRow; row++) {
    y.fill(ys[row] as number);
    projection.inverseAll(xs, y, lon, lat);
    cellsOf(childOrder, lon, lat, latitude, cells);
    const start = (row - firstRow) * width;
    index.positions(cells, positions.subarray(start, start + width));
  }
  return positions;
}
