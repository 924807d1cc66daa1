import { cellCentre, cellsPerShard, MAX_NUMBER_ORDER, mortonRange } from "@zagg/healpix";
import type { ChunkValues } from "@zagg/zarr";
import type { ProductSpec } from "./spec.js";

/**
 * Values of a coordinate (`cell_ids`, `morton`, `latitude`, `longitude`) for the cells of shard `k`, in ascending
 * nested order. Centres are in degrees; latitudes are geodetic, whatever latitude the cells are drawn in.
 */
export function coordinateValues(spec: ProductSpec, name: string, k: number): ChunkValues {
  const { parentOrder, childOrder } = spec.grid;
  const cells = cellsPerShard(spec.grid);
  const shard = spec.shards[k] as number;
  const first = BigInt(shard) << BigInt(2 * (childOrder - parentOrder));
  switch (name) {
    case "cell_ids":
      return cellIds(first, cells);
    case "morton":
      return mortonRange(childOrder, Number(first), new BigInt64Array(cells));
    case "latitude":
      return centres(spec, name, first, 1);
    case "longitude":
      return centres(spec, name, first, 0);
    default:
      throw new RangeError(`no coordinate is called ${name}`);
  }
}

/** Ids first..first + cells − 1, where `first` is a multiple of `cells`, a power of 4: the rank fills its low bits. */
function cellIds(first: bigint, cells: number): BigUint64Array {
  const ids = new BigUint64Array(cells);
  const halves = new Uint32Array(ids.buffer); // low, high: little-endian
  const low = Number(BigInt.asUintN(32, first));
  const high = Number(first >> 32n);
  for (let rank = 0; rank < cells; rank++) {
    halves[2 * rank] = low + rank;
    halves[2 * rank + 1] = high;
  }
  return ids;
}

/** One component (0 longitude, 1 latitude) of the centres of a shard's cells. */
function centres(
  { grid, coordinates }: ProductSpec,
  name: string,
  first: bigint,
  component: 0 | 1,
): ChunkValues {
  const cells = cellsPerShard(grid);
  const values = coordinates[name]?.dtype === "float32" ? new Float32Array(cells) : new Float64Array(cells);
  const start = grid.childOrder <= MAX_NUMBER_ORDER ? Number(first) : first;
  for (let rank = 0; rank < cells; rank++) {
    const id = typeof start === "number" ? start + rank : start + BigInt(rank);
    values[rank] = cellCentre(grid.childOrder, id, grid.latitude)[component];
  }
  return values;
}
