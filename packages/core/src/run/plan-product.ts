import { type ProductSpec, productSpec } from "../product/index.js";
import { VERSION } from "../version.js";
import type { Plan } from "./plan.js";

/** The product that a plan makes, with the provenance its group carries. */
export function planProduct({ config, grid, shards, granules, identity, recipe, region }: Plan): ProductSpec {
  return productSpec(
    config,
    grid,
    shards.map((shard) => shard.nested),
    { version: VERSION, identity, recipe, granules: granules.length, ...(region && { region }) },
  );
}
