import { cellsPerShard } from "@zagg/healpix";
import { asFloats, type Product, readValues, shardsWithData } from "@zagg/product";
import { pMapIterable } from "p-map";
import { ZaggError } from "../terms/index.js";

/** Shards read ahead of the one that is drawn, and cells of theirs: large shards are read one by one. */
const SHARDS_AHEAD = 16;
const CELLS_AHEAD = 2 ** 24;
/** Cells that are drawn: the whole Earth at order 12 has 201,326,592. */
const MAX_CELLS = 2 ** 28;
/** Cells of a product, with data or not: their positions are int32. */
const MAX_POSITIONS = 2 ** 31 - 1;

/** Values of the cells of shard `k`, NaN where a cell has none. */
export interface DrawnShard {
  readonly k: number;
  readonly values: Float32Array | Float64Array;
}

/** The shards of a product that can be drawn, ascending. Throws `ZaggError` (`raster-grid`) where no memory holds them. */
export async function drawnShards(product: Product): Promise<readonly number[]> {
  const shards = await shardsWithData(product);
  const { grid, shards: all } = product.spec;
  const [cells, positions] = [shards, all].map(({ length }) => length * cellsPerShard(grid)) as [
    number,
    number,
  ];
  if (cells <= MAX_CELLS && positions <= MAX_POSITIONS) return shards;
  const message = `${product.url}: a product of ${positions} cells, ${cells} of them in shards with data, is too large to draw`;
  throw new ZaggError("config", "raster-grid", message);
}

/** A variable's values, shard by shard in the order given. */
export async function* shardValues(
  product: Product,
  name: string,
  shards: readonly number[],
): AsyncIterable<DrawnShard> {
  const read = async (k: number) => ({ k, values: await readValues(product, name, k) });
  const ahead = Math.floor(CELLS_AHEAD / cellsPerShard(product.spec.grid));
  const concurrency = Math.max(1, Math.min(SHARDS_AHEAD, ahead));
  for await (const { k, values } of pMapIterable(shards, read, { concurrency })) {
    if (values) yield { k, values: asFloats(values) };
  }
}
