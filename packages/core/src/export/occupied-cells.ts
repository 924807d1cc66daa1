import { cellCentre, cellsPerShard } from "@zagg/healpix";
import type { ArraySpec, Product } from "@zagg/product";
import type { ChunkValues } from "@zagg/zarr";
import { pMapIterable } from "p-map";

/** Shards read ahead of the one that is written: hides the latency of a remote store, costs their memory. */
const SHARDS_AHEAD = 4;

/** One statistic of one cell; null: missing. 64-bit integers are bigints. */
export type StatisticValue = number | bigint | null;

/** The occupied cells of one shard, in ascending nested order; all columns are equally long. */
export interface OccupiedCells {
  /** Nested ids at the product's child order. */
  readonly ids: readonly bigint[];
  /** Centres in degrees; latitudes are geodetic. */
  readonly longitude: readonly number[];
  readonly latitude: readonly number[];
  /** Values by variable, in the spec's order. */
  readonly variables: ReadonlyMap<string, readonly StatisticValue[]>;
}

/**
 * The occupied cells of a product, shard by shard: cells in which at least one variable is not its fill value. Shards
 * without any are left out. Memory is that of a few shards, whatever the product's size.
 */
export async function* occupiedCells(product: Product): AsyncIterable<OccupiedCells> {
  const positions = product.spec.shards.flatMap((shard, k) => (shard < 0 ? [] : [k]));
  const shards = pMapIterable(positions, (k) => occupiedCellsOf(product, k), { concurrency: SHARDS_AHEAD });
  for await (const cells of shards) {
    if (cells.ids.length > 0) yield cells;
  }
}

/** The value at `rank` of a chunk; null where it is missing. A fill value of 0 marks nothing: 0 is a good count. */
export function cellValue(chunk: ChunkValues | undefined, rank: number, variable: ArraySpec): StatisticValue {
  const value = chunk?.[rank];
  if (value === undefined || Number.isNaN(value)) return null;
  return isFill(value, variable) && Number(variable.fillValue) !== 0 ? null : value;
}

/** The occupied cells of shard `k`: those where some variable has a value. */
export async function occupiedCellsOf(product: Product, k: number): Promise<OccupiedCells> {
  const { grid, shards, variables } = product.spec;
  const columns = await Promise.all(
    Object.entries(variables).map(async ([name, variable]) => ({
      name,
      variable,
      chunk: await product.readChunk(name, k),
    })),
  );
  const ranks: number[] = [];
  for (let rank = 0; rank < cellsPerShard(grid); rank++) {
    const occupied = columns.some(({ chunk, variable }) => {
      const value = chunk?.[rank];
      return value !== undefined && !isFill(value, variable);
    });
    if (occupied) ranks.push(rank);
  }
  const first = BigInt(shards[k] as number) << BigInt(2 * (grid.childOrder - grid.parentOrder));
  const ids = ranks.map((rank) => first + BigInt(rank));
  const centres = ids.map((id) => cellCentre(grid.childOrder, id, grid.latitude));
  return {
    ids,
    longitude: centres.map(([lon]) => lon),
    latitude: centres.map(([, lat]) => lat),
    variables: new Map(
      columns.map(({ name, variable, chunk }) => [
        name,
        ranks.map((rank) => cellValue(chunk, rank, variable)),
      ]),
    ),
  };
}

/** Compared in the stored type: a float32 fill value need not be the double that the metadata spell. */
function isFill(value: number | bigint, { dtype, fillValue }: ArraySpec): boolean {
  if (typeof value === "bigint") return Number(value) === Number(fillValue);
  const fill = dtype === "float32" ? Math.fround(Number(fillValue)) : Number(fillValue);
  return Object.is(value, fill) || value === fill;
}
