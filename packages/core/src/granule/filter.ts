import { compileRowTest } from "@zagg/stats";
import { type DatasetFilter, type ExpressionFilter, type FilterConfig, textsOf } from "../terms/index.js";

/** A column that a filter looks at: the value of place p is `values[positions[p]]`, NaN where it is missing. */
export interface FilterInput {
  readonly values: Float64Array;
  readonly positions: Uint32Array;
}

/**
 * Which rows pass a filter, of those at `places`. A missing value is NaN, which passes `ne` and `not_in` only, as in
 * numpy; of ranges and bits it passes none.
 *
 * @param inputs the filter's dataset, or its expression's columns in their order
 */
export function filterRows(
  filter: FilterConfig,
  inputs: readonly FilterInput[],
  places: Uint32Array,
): Uint32Array {
  if ("expression" in filter) return passingExpression(filter, inputs, places);
  const [{ values, positions }] = inputs as [FilterInput];
  const passes = predicate(filter);
  const kept = new Uint32Array(places.length);
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (passes(values[positions[place] as number] as number)) kept[count++] = place;
  }
  return kept.subarray(0, count);
}

function passingExpression(
  { expression, columns }: ExpressionFilter,
  inputs: readonly FilterInput[],
  places: Uint32Array,
): Uint32Array {
  const test = compileRowTest(expression, Object.keys(columns));
  const values = Object.keys(columns).map(
    (name, k) => [name, gathered(inputs[k] as FilterInput, places)] as const,
  );
  const results = test.evaluate(Object.fromEntries(values), places.length);
  return places.filter((_, i) => results[i] !== 0 && !Number.isNaN(results[i]));
}

function gathered({ values, positions }: FilterInput, places: Uint32Array): Float64Array {
  const own = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) own[i] = values[positions[places[i] as number] as number] as number;
  return own;
}

function predicate({ op, value }: DatasetFilter): (x: number) => boolean {
  const texts = textsOf(value);
  if (texts.length > 0) return op === "eq" || op === "in" ? (x) => x === 1 : (x) => x !== 1; // 1: it is one of them
  const list = (Array.isArray(value) ? value : [value]) as readonly number[];
  const [bound = Number.NaN, high = Number.NaN] = list;
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
    case "between":
      return (x) => x >= bound && x <= high;
    case "outside":
      return (x) => x < bound || x > high;
    case "all_bits":
    case "any_bits":
    case "no_bits":
      return bitTest(op, bound);
  }
}

/** Bits of whole numbers up to 2^53, negative ones in two's complement, in two halves. */
function bitTest(op: "all_bits" | "any_bits" | "no_bits", mask: number): (x: number) => boolean {
  const [low, high] = [mask >>> 0, highBits(mask)];
  return (x) => {
    if (!Number.isInteger(x)) return false;
    const [ofLow, ofHigh] = [(x & low) >>> 0, (highBits(x) & high) >>> 0];
    if (op === "no_bits") return ofLow === 0 && ofHigh === 0;
    return op === "any_bits" ? ofLow !== 0 || ofHigh !== 0 : ofLow === low && ofHigh === high;
  };
}

function highBits(x: number): number {
  return Math.floor(x / 2 ** 32) >>> 0;
}
