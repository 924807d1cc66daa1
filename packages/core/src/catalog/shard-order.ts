import { cellOfMorton, isHealpixError, mortonOf } from "@zagg/healpix";

/** Nested id of the shard with this decimal morton id, or undefined if it is no id of `order`. */
export function shardRank(id: string, order: number): number | undefined {
  try {
    const { order: found, cell } = cellOfMorton(id);
    return found === order ? Number(cell) : undefined;
  } catch (error) {
    if (isHealpixError(error)) return undefined;
    throw error;
  }
}

/** Decimal morton id of a shard. */
export function shardId(nested: number, order: number): string {
  return String(mortonOf(order, nested));
}
