import { ZaggError } from "../../terms/index.js";
import type { Plan } from "./plan.js";

/** What to run now. Never changes the product's shape or identity. */
export interface Selection {
  /** At most so many shards: the first that have granules, in the product's order. */
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
  if (mortonCell === undefined) return maxCells === undefined ? all : firstShards(plan, maxCells);
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

/** Shards without granules come last: they would show nothing of the whole. */
function firstShards(plan: Plan, most: number): number[] {
  const [full, bare]: [number[], number[]] = [[], []];
  plan.shards.forEach(({ granules }, index) => void (granules.length > 0 ? full : bare).push(index));
  return [...full, ...bare].slice(0, most).sort((a, b) => a - b);
}
