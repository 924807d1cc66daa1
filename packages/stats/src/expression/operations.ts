import * as elementwise from "./elementwise.js";
import { constant, list, map, type Node, reduce, reduceWeighted, select, sequence } from "./node.js";
import * as reductions from "./reductions.js";
import * as sequences from "./sequences.js";

/**
 * What operators and functions do, as nodes. Much is composed of a few kernels: what two statistics have in common
 * (a sorted column, a median) then has the same key and is computed once.
 */

export const unary = (name: string, f: (a: number) => number, bool = false) => {
  const kernel = elementwise.unary(f);
  return (a: Node): Node => map(name, kernel, [a], bool);
};
export const binary =
  (name: string, kernel: elementwise.MapKernel, bool = false) =>
  (a: Node, b: Node) =>
    map(name, kernel, [a, b], bool);
const compare = (name: string, f: (a: number, b: number) => boolean) =>
  binary(name, elementwise.comparison(f), true);

const less = binary("less", elementwise.less, true);
const lessEqual = compare("less_equal", (a, b) => a <= b);

export const operators = {
  add: binary("add", elementwise.add),
  subtract: binary("subtract", elementwise.subtract),
  multiply: binary("multiply", elementwise.multiply),
  divide: binary("divide", elementwise.divide),
  floorDivide: binary("floor_divide", elementwise.binary(elementwise.floorDivide)),
  modulo: binary("mod", elementwise.binary(elementwise.floorModulo)),
  power,
  negate: unary("negative", (a) => -a),
  less,
  lessEqual,
  greater: (a: Node, b: Node): Node => less(b, a),
  greaterEqual: (a: Node, b: Node): Node => lessEqual(b, a),
  equal: compare("equal", (a, b) => a === b),
  notEqual: compare("not_equal", (a, b) => a !== b),
  and: compare("logical_and", (a, b) => a !== 0 && b !== 0),
  or: compare("logical_or", (a, b) => a !== 0 || b !== 0),
  xor: compare("logical_xor", (a, b) => (a !== 0) !== (b !== 0)),
  not: unary("logical_not", (a) => (a === 0 ? 1 : 0), true),
} as const;

export const square = (a: Node): Node => map("square", elementwise.square, [a]);
export const sqrt = unary("sqrt", Math.sqrt);
export const abs = unary("abs", Math.abs);
export const isnan = unary("isnan", (a) => (Number.isNaN(a) ? 1 : 0), true);
export const rint = unary("rint", elementwise.roundHalfEven);
export const trunc = unary("trunc", Math.trunc);
export const reciprocal = (a: Node): Node => operators.divide(constant(1), a);
export const radians = (a: Node): Node => operators.multiply(a, constant(Math.PI / 180));
export const degrees = (a: Node): Node => operators.multiply(a, constant(180 / Math.PI));

/** `a ** b`, with the exponents that formulas use spelled out: as numpy does, and many times faster. */
export function power(a: Node, b: Node): Node {
  if (b.kind === "constant" && b.value === 2) return square(a);
  if (b.kind === "constant" && b.value === 0.5) return sqrt(a);
  if (b.kind === "constant" && b.value === -1) return reciprocal(a);
  return map("power", POWER, [a, b]);
}
// Unlike C's and numpy's pow, JavaScript's gives NaN for 1 ** NaN and (-1) ** ±Infinity.
const POWER = elementwise.binary((a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b));

export const minimum = binary("minimum", elementwise.binary(Math.min));
export const maximum = binary("maximum", elementwise.binary(Math.max));
/** As minimum and maximum, but of a number and NaN the number. */
export const fmin = binary(
  "fmin",
  elementwise.binary((a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))),
);
export const fmax = binary(
  "fmax",
  elementwise.binary((a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))),
);
export const clip = (a: Node, low: Node, high: Node): Node => minimum(maximum(a, low), high);
export const where = (condition: Node, a: Node, b: Node): Node =>
  map("where", elementwise.where, [condition, a, b], a.bool && b.bool);

export const count = (a: Node): Node => reduce("count", reductions.count, [a]);
export const sum = (a: Node): Node => reduce("sum", reductions.sum, [a]);
export const mean = (a: Node): Node => reduce("mean", reductions.mean, [a]);
export const min = (a: Node): Node => reduce("min", reductions.min, [a]);
export const max = (a: Node): Node => reduce("max", reductions.max, [a]);
export const prod = (a: Node): Node => reduce("prod", reductions.prod, [a]);
export const argmin = (a: Node): Node => reduce("argmin", reductions.argmin, [a]);
export const argmax = (a: Node): Node => reduce("argmax", reductions.argmax, [a]);
export const ptp = (a: Node): Node => operators.subtract(max(a), min(a));
export const rms = (a: Node): Node => sqrt(mean(square(a)));
export const dot = (a: Node, b: Node): Node => sum(operators.multiply(a, b));
export const sorted = (a: Node): Node => sequence("sort", sequences.sort, a);
export const variance = (a: Node, ddof: Node = constant(0)): Node =>
  reduce("var", reductions.variance, [a], [ddof]);
export const countNonzero = (a: Node): Node => sum(operators.notEqual(a, constant(0)));

/** One quantile, or one for each item of a list. */
export function quantile(a: Node, q: Node): Node {
  if (q.kind === "list") return list(q.items.map((item) => quantile(a, item)));
  return reduce("quantile", reductions.quantileOfSorted, [sorted(a)], [q]);
}
export const median = (a: Node): Node => quantile(a, constant(0.5));
export const percentile = (a: Node, q: Node): Node =>
  q.kind === "list"
    ? list(q.items.map((item) => percentile(a, item)))
    : quantile(a, operators.divide(q, constant(100)));

/** Median distance from the median. */
export const mad = (a: Node): Node => median(abs(operators.subtract(a, median(a))));
/** Makes the MAD of normally distributed values their standard deviation: 1 / Φ⁻¹(3/4). */
const NMAD_SCALE = 1.482602218505602;

export function isin(a: Node, values: Node): Node {
  const items = values.kind === "list" ? values.items : [values];
  const tests = items.map((item) => operators.equal(a, item));
  return tests.length === 0 ? operators.notEqual(a, a) : tests.reduce(operators.or);
}

/** `sum w a / sum w`; without weights the mean. */
export const average = (a: Node, weights?: Node): Node =>
  weights === undefined ? mean(a) : reduceWeighted("average", reductions.weightedMean, a, weights);

export const round = (a: Node, decimals: Node = constant(0)): Node => {
  if (decimals.kind === "constant" && decimals.value === 0) return rint(a);
  const scale = power(constant(10), decimals);
  return operators.divide(rint(operators.multiply(a, scale)), scale);
};

export const any = (a: Node): Node => operators.greater(countNonzero(a), constant(0));
export const all = (a: Node): Node => operators.equal(countNonzero(a), count(a));

export const argsort = (a: Node): Node => sequence("argsort", sequences.argsort, a);
export const unique = (a: Node): Node => sequence("unique", sequences.unique, a);
export const diff = (a: Node): Node => sequence("diff", sequences.diff, a);
export const cumsum = (a: Node): Node => sequence("cumsum", sequences.cumsum, a);

/** The rows that are not NaN. */
export const withoutNan = (a: Node): Node => (a.shape === "rows" ? select(a, operators.not(isnan(a))) : a);

export const nmad = (a: Node): Node => operators.multiply(constant(NMAD_SCALE), mad(a));
export const iqr = (a: Node): Node =>
  operators.subtract(quantile(a, constant(0.75)), quantile(a, constant(0.25)));
export const skew = (a: Node): Node => reduce("skew", reductions.standardMoment(3), [a]);
/** In excess of a normal distribution's 3. */
export const kurtosis = (a: Node): Node =>
  operators.subtract(reduce("kurtosis", reductions.standardMoment(4), [a]), constant(3));
export const mode = (a: Node): Node => reduce("mode", reductions.modeOfSorted, [sorted(a)]);
export const nunique = (...columns: readonly Node[]): Node => reduce("nunique", reductions.distinct, columns);
