import type { Reduction } from "@zagg/map";
import type { Config, StatisticConfig } from "../config/index.js";
import type { Product } from "./open.js";

/** Functions whose values do not combine as a mean. */
const BY_FUNCTION: Readonly<Record<string, Reduction>> = {
  count: "sum",
  len: "sum",
  sum: "sum",
  nansum: "sum",
  min: "min",
  nanmin: "min",
  max: "max",
  nanmax: "max",
};

/** How every variable of a config combines into coarser pixels; a product keeps it in its `zagg` attribute. */
export function reductionsOf(variables: Config["aggregation"]["variables"]): Record<string, Reduction> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, statistic]) => [name, reductionOf(name, statistic)]),
  );
}

function reductionOf(name: string, statistic: StatisticConfig): Reduction {
  if (statistic.raster) return statistic.raster;
  const bare = statistic.function?.replace(/^(np|numpy)\./, "");
  return bare === undefined ? reductionByName(name) : (BY_FUNCTION[bare] ?? "mean");
}

/** A variable's reduction in a stored product: what the run noted, else (stores of 0.1.0) what its name says. */
export function storedReduction(product: Product, name: string): Reduction {
  const noted = (product.spec.provenance.raster as Record<string, unknown> | undefined)?.[name];
  return isReduction(noted) ? noted : reductionByName(name);
}

function reductionByName(name: string): Reduction {
  if (name === "count") return "sum";
  const suffix = /_(min|max|sigma)$/.exec(name)?.[1];
  return isReduction(suffix) ? suffix : "mean";
}

function isReduction(value: unknown): value is Reduction {
  return typeof value === "string" && ["sum", "mean", "sigma", "min", "max"].includes(value);
}
