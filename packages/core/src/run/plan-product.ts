import { type ProductSpec, productSpec } from "../product/index.js";
import { reductionsOf } from "../raster/reduction.js";
import type { Plan } from "./plan.js";

/** The product that a plan makes, with the provenance its group carries. */
export function planProduct(plan: Plan): ProductSpec {
  return productSpec(
    plan.config,
    plan.grid,
    plan.shards.map((shard) => shard.nested),
    {
      identity: plan.identity,
      recipe: plan.recipe,
      config: plan.config.name,
      raster: reductionsOf(plan.config.aggregation.variables),
      granules: plan.granules.length,
    },
  );
}
