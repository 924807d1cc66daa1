import { ZaggError } from "../terms/index.js";
import type { Plan } from "./plan.js";

/** What to run now. Never changes the product's shape or identity. */
export interface Selection {
  /** At most so many shards, the first in the product's order. */
  readonly maxCells?: number;
  /** Only this shard, by decimal morton id. */
  readonly mortonCell?: string;
}

/** Positions of the shards to run now. Throws `ZaggError` of kind `config` for a shard that the plan lacks. */
export function selectShards(plan: Plan, { maxCells, mortonCell }: Selection): number[] {
  const all = plan.shards.map((_, index) => index);
  if (maxCells !== undefined && !(Number.isInteger(maxCells) && maxCells > 0)) {
    throw new ZaggError("config", "max-cells", `max-cells is ${maxCells}; it takes a whole number from 1 up`);
  }
  if (mortonCell === undefined) return all.slice(0, maxCells);
  const index = plan.shards.findIndex((shard) => shard.id === mortonCell);
  if (index >= 0) return [index];
  const known = plan.shards.slice(0, 3).map((shard) => shard.id);
  throw new ZaggError(
    "config",
    "unknown-shard",
    `shard ${mortonCell} is not in the catalog, whose ${plan.shards.length} shards begin with ${known.join(", ")}`,
    { shard: mortonCell },
  );
}
