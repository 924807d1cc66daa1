import type { ArraySpec } from "./spec.js";

/** A store's own text may be of any length; a label is a line. */
const MAX_LABEL = 200;
const MAX_UNIT = 40;

/** How a variable is called on a map or in a table. */
export interface VariableLabel {
  /** Its `long_name`, else its name. */
  readonly label: string;
  /** Its `units`; undefined where it has none, or is a number of things ("1"). */
  readonly unit: string | undefined;
}

/** What people call the variable `name`, by its attributes where these are text. */
export function labelOf(name: string, variable: ArraySpec | undefined): VariableLabel {
  const { long_name: long, units } = variable?.attrs ?? {};
  return {
    label: typeof long === "string" ? long.slice(0, MAX_LABEL) : name,
    unit: typeof units === "string" && units !== "1" ? units.slice(0, MAX_UNIT) : undefined,
  };
}
