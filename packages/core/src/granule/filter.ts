import type { ColumnValues } from "@zagg/stats";
import type { FilterConfig } from "../terms/index.js";

export type FilterValues = ColumnValues | BigInt64Array | BigUint64Array;

/**
 * Which rows pass a filter, of those at `places`: the value of place p is `values[positions[p]]`. NaN passes `ne`
 * and `not_in` only, as in numpy. 64-bit integers are compared as doubles: exact to 2^53.
 */
export function filterRows(
  filter: FilterConfig,
  values: FilterValues,
  positions: Uint32Array,
  places: Uint32Array,
): Uint32Array {
  const passes = predicate(filter);
  const kept = new Uint32Array(places.length);
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (passes(Number(values[positions[place] as number]))) kept[count++] = place;
  }
  return kept.slice(0, count);
}

function predicate({ op, value }: FilterConfig): (x: number) => boolean {
  const list = typeof value === "number" ? [value] : value;
  const bound = list[0] ?? Number.NaN;
  switch (op) {
    case "eq":
      return (x) => x === bound;
    case "ne":
      return (x) => x !== bound;
    case "lt":
      return (x) => x < bound;
    case "le":
      return (x) => x <= bound;
    case "gt":
      return (x) => x > bound;
    case "ge":
      return (x) => x >= bound;
    case "in":
      return (x) => list.includes(x) && !Number.isNaN(x);
    case "not_in":
      return (x) => !list.includes(x) || Number.isNaN(x);
  }
}
