import { cellsOf } from "@zagg/healpix";
import { type CellIndex, projectionOf } from "@zagg/map";
import { type Camera, crsOf, lonLatAt } from "./camera.js";

/** Points per side that stand for what is in view. */
const SIDE = 64;

/** Positions, in the product's arrays, of the cells under a lattice of points of the window; each cell once. */
export function positionsInView(camera: Camera, width: number, height: number, index: CellIndex): Int32Array {
  const { lon, lat } = lattice(camera, width, height);
  const { childOrder: order, latitude } = index.layout;
  const positions = new Int32Array(lon.length);
  index.positions(cellsOf(order, lon, lat, latitude), positions);
  // Sorted, so that a position that occurs again follows itself.
  return positions.sort().filter((position, i, all) => position >= 0 && position !== all[i - 1]);
}

/** Longitudes and latitudes of the lattice; NaN beside the globe. */
function lattice(camera: Camera, width: number, height: number): { lon: Float64Array; lat: Float64Array } {
  const lon = new Float64Array(SIDE * SIDE);
  const lat = new Float64Array(SIDE * SIDE);
  const x = lon.map((_, i) => (((i % SIDE) + 0.5) / SIDE - 0.5) * width);
  const y = lat.map((_, i) => ((Math.floor(i / SIDE) + 0.5) / SIDE - 0.5) * height);
  if (camera.view === "globe") {
    for (let i = 0; i < lon.length; i++) {
      [lon[i], lat[i]] = lonLatAt(camera, [x[i] as number, y[i] as number]) ?? [Number.NaN, Number.NaN];
    }
    return { lon, lat };
  }
  const { centre, scale, view } = camera;
  const across = x.map((value) => centre[0] + value * scale);
  const up = y.map((value) => centre[1] - value * scale);
  projectionOf(crsOf(view)).inverseAll(across, up, lon, lat);
  return { lon, lat };
}

/** Counts of finite values in equal bins from `min` to `max`; what lies beyond falls into the outermost. */
export function histogram(values: Iterable<number>, min: number, max: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.floor(((value - min) / (max - min)) * bins);
    const at = Math.max(0, Math.min(bins - 1, bin));
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
