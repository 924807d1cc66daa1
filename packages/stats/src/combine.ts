import { STATISTIC_FUNCTIONS } from "./expression/functions.js";

/**
 * How the values of several cells become one, of a pixel or of a coarser cell: `mean` weighted by their counts,
 * `sigma` as the uncertainty of such a mean.
 */
export const COMBINATIONS = ["sum", "mean", "min", "max", "sigma"] as const;

export type Combination = (typeof COMBINATIONS)[number];

/** Whether `value` is one of {@link COMBINATIONS}. */
export function isCombination(value: unknown): value is Combination {
  return COMBINATIONS.some((each) => each === value);
}

/**
 * How values of a function's results combine, by its declaration; undefined where the name is of no function.
 *
 * @example
 * functionCombination("np.nanmax"); // "max"
 */
export function functionCombination(name: string): Combination | undefined {
  const spec = STATISTIC_FUNCTIONS.get(bareName(name));
  return spec && (spec.combine ?? "mean");
}

/** A function's name as configs write it, without its module: `quantile` of `np.quantile`. */
export function bareName(name: string): string {
  return name.replace(/^(np|numpy)\./, "");
}
