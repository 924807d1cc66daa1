import { cellCentre, cellsPerShard } from "@zagg/healpix";
import { type Product, shardsWithData, valueTest } from "@zagg/product";
import { bytesPerValue, type ChunkValues } from "@zagg/zarr";
import { pMapIterable } from "p-map";

/** Shards read ahead of the one that is written: hides the latency of a remote store, costs their memory. */
const SHARDS_AHEAD = 4;
/** Large shards are read one by one: what is read ahead takes no more than this. */
const BYTES_AHEAD = 2 ** 28;
/** Cells of one shard that are handed on together: one of order 12 below its parent has 16 million. */
const MOST_CELLS = 65_536;

/** One statistic of one cell; null: missing. 64-bit integers are bigints. */
export type StatisticValue = number | bigint | null;

/** Occupied cells of one shard, in ascending nested order; all columns are equally long. */
export interface OccupiedCells {
  /** Nested ids at the product's child order. */
  readonly ids: readonly bigint[];
  /** Centres in degrees; latitudes are geodetic. */
  readonly longitude: readonly number[];
  readonly latitude: readonly number[];
  /** Values by variable, in the spec's order. */
  readonly variables: ReadonlyMap<string, readonly StatisticValue[]>;
}

/** What is stored of one shard, by variable. */
interface ShardColumns {
  readonly k: number;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  /** The value at a rank; null where the cell has none. */
  valueAt(rank: number): StatisticValue;
}

/**
 * The occupied cells of a product, shard by shard: cells in which at least one variable has a value. Memory is that of a
 * few shards, whatever the product's size.
 */
export async function* occupiedCells(product: Product): AsyncIterable<OccupiedCells> {
  const shards = pMapIterable(await shardsWithData(product), (k) => readColumns(product, k), {
    concurrency: shardsAhead(product),
  });
  for await (const shard of shards) yield* occupiedCellsIn(product, shard);
}

/** The same of one shard, read for the cell whose neighbours are asked for. */
export async function* occupiedCellsOf(product: Product, k: number): AsyncIterable<OccupiedCells> {
  yield* occupiedCellsIn(product, await readColumns(product, k));
}

/** All variables of a shard. */
export async function readColumns({ spec, readChunk }: Product, k: number): Promise<ShardColumns> {
  const names = Object.keys(spec.variables);
  const chunks = new Map<string, ChunkValues>();
  await Promise.all(
    names.map(async (name) => {
      const chunk = await readChunk(name, k);
      if (chunk) chunks.set(name, chunk);
    }),
  );
  const columns = names.map((name): Column => {
    const [chunk, has] = [chunks.get(name), valueTest(spec.variables, chunks, name)];
    return { name, valueAt: (rank) => (has(rank) ? (chunk?.[rank] ?? null) : null) };
  });
  return { k, columns };
}

function* occupiedCellsIn(
  { spec: { grid, shards } }: Product,
  { k, columns }: ShardColumns,
): Iterable<OccupiedCells> {
  const first = BigInt(shards[k] as number) << BigInt(2 * (grid.childOrder - grid.parentOrder));
  let ranks: number[] = [];
  const cells = cellsPerShard(grid);
  for (let rank = 0; rank < cells; rank++) {
    if (columns.some(({ valueAt }) => valueAt(rank) !== null)) ranks.push(rank);
    if (ranks.length === 0 || (ranks.length < MOST_CELLS && rank < cells - 1)) continue;
    const ids = ranks.map((each) => first + BigInt(each));
    const centres = ids.map((id) => cellCentre(grid.childOrder, id, grid.latitude));
    yield {
      ids,
      longitude: centres.map(([lon]) => lon),
      latitude: centres.map(([, lat]) => lat),
      variables: new Map(columns.map(({ name, valueAt }) => [name, ranks.map(valueAt)])),
    };
    ranks = [];
  }
}

function shardsAhead({ spec: { grid, variables } }: Product): number {
  const bytes = Object.values(variables).reduce((sum, { dtype }) => sum + bytesPerValue(dtype), 0);
  return Math.max(1, Math.min(SHARDS_AHEAD, Math.floor(BYTES_AHEAD / (bytes * cellsPerShard(grid)))));
}
