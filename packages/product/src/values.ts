import type { ReadOptions } from "@zagg/storage";
import { type ChunkValues, isFloat } from "@zagg/zarr";
import { valuesNeed, valueTest } from "./missing.js";
import type { Product } from "./read.js";
import { hasData } from "./state.js";

/** Positions of the shards that hold data, ascending; of a store of 0.1.0, which does not say, all known ones. */
export async function shardsWithData(product: Product): Promise<number[]> {
  const { shards } = product.spec;
  const states = await product.states();
  const unsaid = product.status === undefined;
  return [...shards.keys()].filter((k) => (unsaid ? (shards[k] as number) >= 0 : hasData(states?.[k])));
}

/** A variable's values for the cells of one shard, in ascending nested order. */
export interface ShardValues {
  /** As stored. */
  readonly stored: ChunkValues;
  /** Whether the cell at this rank has a value. */
  has(rank: number): boolean;
  /** Whether NaN, and nothing else, stands where a cell has none: so of floats whose fill value it is. */
  readonly nanIsMissing: boolean;
}

/**
 * The values of a variable in shard `k`, and which cells have one; undefined where it has no chunk. Reads what tells that as
 * well: of whole numbers whose fill value is 0, `count`.
 */
export async function readValues(
  product: Product,
  name: string,
  k: number,
  options?: ReadOptions,
): Promise<ShardValues | undefined> {
  const { variables } = product.spec;
  const chunks = new Map<string, ChunkValues>();
  await Promise.all(
    valuesNeed(variables, name).map(async (each) => {
      const chunk = await product.readChunk(each, k, options);
      if (chunk) chunks.set(each, chunk);
    }),
  );
  const stored = chunks.get(name);
  if (!stored) return undefined;
  const { dtype, fillValue } = variables[name] as (typeof variables)[string];
  const nanIsMissing = isFloat(dtype) && Number.isNaN(Number(fillValue));
  return { stored, has: valueTest(variables, chunks, name), nanIsMissing };
}

/** The values as floats, NaN where a cell has none: float32 for float32, float64 for every other type. */
export function asFloats({ stored, has, nanIsMissing }: ShardValues): Float32Array | Float64Array {
  if (nanIsMissing && (stored instanceof Float32Array || stored instanceof Float64Array)) return stored;
  const { length } = stored;
  const floats = stored instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  for (let rank = 0; rank < length; rank++) floats[rank] = has(rank) ? Number(stored[rank]) : Number.NaN;
  return floats;
}
