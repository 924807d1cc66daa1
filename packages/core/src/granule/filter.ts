import type { Column } from "@zagg/stats";
import type { FilterConfig } from "../terms/index.js";

/**
 * Which rows pass a filter, of those at `places`: the value of place p is `values[positions[p]]`. A missing value
 * is NaN, which passes `ne` and `not_in` only, as in numpy.
 */
export function filterRows(
  filter: FilterConfig,
  { values, missing }: Column,
  positions: Uint32Array,
  places: Uint32Array,
): Uint32Array {
  const passes = predicate(filter);
  const kept = new Uint32Array(places.length);
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const at = positions[place] as number;
    const value = missing?.[at] ? Number.NaN : (values[at] as number);
    if (passes(value)) kept[count++] = place;
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
