import { type Combination, functionCombination } from "@zagg/stats";
import type { StatisticConfig } from "./config.js";

/** What 0.1.0 called the variables of its default config that do not combine as a mean; it said so nowhere. */
const LEGACY: Readonly<Record<string, Combination>> = {
  count: "sum",
  h_min: "min",
  h_max: "max",
  h_sigma: "sigma",
};

/** How cells of a variable combine into pixels where nothing but its name tells. */
export function legacyCombination(name: string): Combination {
  return (Object.hasOwn(LEGACY, name) && LEGACY[name]) || "mean";
}

/** How cells of a config's variable combine into pixels: as it says, else as its function declares. */
export function combinationOf(name: string, { raster, function: called }: StatisticConfig): Combination {
  const declared = called === undefined ? undefined : functionCombination(called);
  return raster ?? declared ?? legacyCombination(name);
}
