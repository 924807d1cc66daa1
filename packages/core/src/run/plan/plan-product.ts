import { type ProductSpec, placeIn, productSpec } from "@zagg/product";
import { combinationOf, defined } from "../../terms/index.js";
import { VERSION } from "../../version.js";
import type { Plan } from "./plan.js";
import { timeCoverage } from "./time-coverage.js";

/**
 * The product that a plan makes, with the provenance its group carries. `version`: of the program that made it.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * console.log(Object.keys(planProduct(plan).variables));
 */
export function planProduct(plan: Plan, version = VERSION): ProductSpec {
  const { config, grid, shards, shardsPerObject, granules, identity, recipe, region } = plan;
  const { attrs = {} } = config;
  // The config's times would not go with those of names, nor with the comment on them.
  const told = "time_coverage_start" in attrs || "time_coverage_end" in attrs;
  const raster = Object.fromEntries(
    Object.entries(config.aggregation.variables).map(([name, each]) => [name, combinationOf(name, each)]),
  );
  return productSpec(
    {
      ...config,
      output: { codecs: config.output.codecs, shardsPerObject },
      attrs: told ? attrs : { ...timeCoverage(plan), ...attrs },
    },
    grid,
    shards.map((shard) => shard.nested),
    defined({ version, identity, recipe, granules: granules.length, raster, region }),
  );
}

/** Keys of the objects in which a shard's chunks lie, in the order of the product's variables. */
export function shardKeys(
  { config, grid, shardsPerObject }: Pick<Plan, "config" | "grid" | "shardsPerObject">,
  index: number,
): string[] {
  const names = Object.keys(config.aggregation.variables);
  return names.map((name) => placeIn({ grid, shardsPerObject }, name, index).key);
}
