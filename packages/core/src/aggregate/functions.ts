import * as elementwise from "./elementwise.js";
import { constant, list, map, type Node, reduce, select, sequence } from "./node.js";
import * as reductions from "./reductions.js";
import * as sequences from "./sequences.js";

/**
 * Whether the values of several cells combine into that of the cell that holds them: `exact` from what a product
 * can store (sums, extremes, moments), `sketch` only approximately, `none` not at all.
 */
export type Merge = "exact" | "sketch" | "none";

export interface Parameter {
  readonly name: string;
  readonly optional?: true;
  /** Given by name only, as in `weights=w`. */
  readonly named?: true;
}

export interface FunctionSpec {
  readonly parameters: readonly Parameter[];
  /** Whether more arguments than parameters may follow. */
  readonly variadic?: true;
  /** Arguments stand in the order of the parameters; absent ones are undefined. */
  readonly build: (...args: Args) => Node;
  readonly merge: Merge;
}

type Args = readonly [Node, ...(Node | undefined)[]];

const A: readonly Parameter[] = [{ name: "a" }];
const AB: readonly Parameter[] = [{ name: "a" }, { name: "b" }];
const AQ: readonly Parameter[] = [{ name: "a" }, { name: "q" }];
const DDOF: readonly Parameter[] = [{ name: "a" }, { name: "ddof", optional: true, named: true }];

const spec = (
  parameters: readonly Parameter[],
  build: FunctionSpec["build"],
  merge: Merge = "none",
): FunctionSpec => ({
  parameters,
  build,
  merge,
});

// What expressions and other functions are composed of.

const unary = (name: string, f: (a: number) => number, bool = false) => {
  const kernel = elementwise.unary(f);
  return (a: Node): Node => map(name, kernel, [a], bool);
};
const binary =
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

const square = (a: Node): Node => map("square", elementwise.square, [a]);
const sqrt = unary("sqrt", Math.sqrt);
const abs = unary("abs", Math.abs);
const isnan = unary("isnan", (a) => (Number.isNaN(a) ? 1 : 0), true);
const rint = unary("rint", elementwise.roundHalfEven);
const trunc = unary("trunc", Math.trunc);
const radians = (a: Node): Node => operators.multiply(a, constant(Math.PI / 180));
const degrees = (a: Node): Node => operators.multiply(a, constant(180 / Math.PI));

/** `a ** b`, with the exponents that formulas use spelled out: as numpy does, and many times faster. */
function power(a: Node, b: Node): Node {
  if (b.kind === "constant" && b.value === 2) return square(a);
  if (b.kind === "constant" && b.value === 0.5) return sqrt(a);
  if (b.kind === "constant" && b.value === -1) return operators.divide(constant(1), a);
  return map("power", POWER, [a, b]);
}
// Unlike C's and numpy's pow, JavaScript's gives NaN for 1 ** NaN and (-1) ** ±Infinity.
const POWER = elementwise.binary((a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b));

const MINIMUM = elementwise.binary(Math.min);
const MAXIMUM = elementwise.binary(Math.max);
const FMIN = elementwise.binary((a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)));
const FMAX = elementwise.binary((a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)));

const count = (a: Node): Node => reduce("count", reductions.count, [a]);
const sum = (a: Node): Node => reduce("sum", reductions.sum, [a]);
const mean = (a: Node): Node => reduce("mean", reductions.mean, [a]);
const min = (a: Node): Node => reduce("min", reductions.min, [a]);
const max = (a: Node): Node => reduce("max", reductions.max, [a]);
const sorted = (a: Node): Node => sequence("sort", sequences.sort, a);
const variance = (a: Node, ddof: Node = constant(0)): Node => reduce("var", reductions.variance, [a], [ddof]);
const countNonzero = (a: Node): Node => sum(operators.notEqual(a, constant(0)));

/** One quantile, or one for each item of a list. */
function quantile(a: Node, q: Node): Node {
  if (q.kind === "list") return list(q.items.map((item) => quantile(a, item)));
  return reduce("quantile", reductions.quantileOfSorted, [sorted(a)], [q]);
}
const median = (a: Node): Node => quantile(a, constant(0.5));
const percentile = (a: Node, q: Node): Node =>
  q.kind === "list"
    ? list(q.items.map((item) => percentile(a, item)))
    : quantile(a, operators.divide(q, constant(100)));

/** Median distance from the median. */
const mad = (a: Node): Node => median(abs(operators.subtract(a, median(a))));
/** Makes the MAD of normally distributed values their standard deviation: 1 / Φ⁻¹(3/4). */
const NMAD_SCALE = 1.482602218505602;

function isin(a: Node, values: Node): Node {
  const items = values.kind === "list" ? values.items : [values];
  const tests = items.map((item) => operators.equal(a, item));
  return tests.length === 0 ? operators.notEqual(a, a) : tests.reduce(operators.or);
}

/** `sum w a / sum w`; without weights the mean. */
const average = (a: Node, weights?: Node): Node =>
  weights === undefined ? mean(a) : reduce("average", reductions.weightedMean, [a, weights]);

const round = (a: Node, decimals: Node = constant(0)): Node => {
  if (decimals.kind === "constant" && decimals.value === 0) return rint(a);
  const scale = power(constant(10), decimals);
  return operators.divide(rint(operators.multiply(a, scale)), scale);
};

// Reductions whose nan-version leaves NaN out.
const REDUCTIONS: Readonly<Record<string, FunctionSpec>> = {
  sum: spec(A, sum, "exact"),
  prod: spec(A, (a) => reduce("prod", reductions.prod, [a]), "exact"),
  mean: spec(A, mean, "exact"),
  min: spec(A, min, "exact"),
  max: spec(A, max, "exact"),
  std: spec(DDOF, (a, ddof) => sqrt(variance(a, ddof)), "exact"),
  var: spec(DDOF, variance, "exact"),
  median: spec(A, median, "sketch"),
  quantile: spec(AQ, (a, q) => quantile(a, q as Node), "sketch"),
  percentile: spec(AQ, (a, q) => percentile(a, q as Node), "sketch"),
};

const withoutNan = ({ parameters, build, merge }: FunctionSpec): FunctionSpec =>
  spec(
    parameters,
    (a, ...rest) => build(a.shape === "rows" ? select(a, operators.not(isnan(a))) : a, ...rest),
    merge,
  );

const one = (name: string, f: (a: number) => number, bool = false): [string, FunctionSpec] => [
  name,
  spec(A, unary(name, f, bool)),
];
const two = (name: string, build: (a: Node, b: Node) => Node): [string, FunctionSpec] => [
  name,
  spec(AB, (a, b) => build(a, b as Node)),
];

/** Functions that are written `np.name(...)`, with numpy's meaning. */
export const NUMPY_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ...Object.entries(REDUCTIONS),
  ...Object.entries(REDUCTIONS).map(([name, plain]): [string, FunctionSpec] => [
    `nan${name}`,
    withoutNan(plain),
  ]),
  ["amin", spec(A, min, "exact")],
  ["amax", spec(A, max, "exact")],
  ["ptp", spec(A, (a) => operators.subtract(max(a), min(a)))],
  [
    "average",
    spec(
      [{ name: "a" }, { name: "weights", optional: true, named: true }],
      (a, weights) => average(a, weights),
      "exact",
    ),
  ],
  ["argmin", spec(A, (a) => reduce("argmin", reductions.argmin, [a]))],
  ["argmax", spec(A, (a) => reduce("argmax", reductions.argmax, [a]))],
  ["any", spec(A, (a) => operators.greater(countNonzero(a), constant(0)), "exact")],
  ["all", spec(A, (a) => operators.equal(countNonzero(a), count(a)), "exact")],
  ["count_nonzero", spec(A, countNonzero, "exact")],
  ["dot", spec(AB, (a, b) => sum(operators.multiply(a, b as Node)), "exact")],
  ["sort", spec(A, sorted)],
  ["argsort", spec(A, (a) => sequence("argsort", sequences.argsort, a))],
  ["unique", spec(A, (a) => sequence("unique", sequences.unique, a))],
  ["diff", spec(A, (a) => sequence("diff", sequences.diff, a))],
  ["cumsum", spec(A, (a) => sequence("cumsum", sequences.cumsum, a))],
  [
    "where",
    spec([{ name: "condition" }, { name: "x" }, { name: "y" }], (condition, x, y) =>
      map(
        "where",
        elementwise.where,
        [condition, x as Node, y as Node],
        (x as Node).bool && (y as Node).bool,
      ),
    ),
  ],
  [
    "clip",
    spec([{ name: "a" }, { name: "a_min" }, { name: "a_max" }], (a, low, high) =>
      map("minimum", MINIMUM, [map("maximum", MAXIMUM, [a, low as Node]), high as Node]),
    ),
  ],
  ["isin", spec([{ name: "element" }, { name: "test_elements" }], (a, values) => isin(a, values as Node))],
  ["round", spec([{ name: "a" }, { name: "decimals", optional: true }], (a, decimals) => round(a, decimals))],
  ["rint", spec(A, rint)],
  ["abs", spec(A, abs)],
  ["absolute", spec(A, abs)],
  ["fabs", spec(A, abs)],
  ["square", spec(A, square)],
  ["sqrt", spec(A, sqrt)],
  ["isnan", spec(A, isnan)],
  one("isfinite", (a) => (Number.isFinite(a) ? 1 : 0), true),
  one("isinf", (a) => (Math.abs(a) === Infinity ? 1 : 0), true),
  one("sign", Math.sign),
  one("floor", Math.floor),
  one("ceil", Math.ceil),
  ["trunc", spec(A, trunc)],
  one("cbrt", Math.cbrt),
  one("exp", Math.exp),
  one("expm1", Math.expm1),
  one("exp2", (a) => 2 ** a),
  one("log", Math.log),
  one("log2", Math.log2),
  one("log10", Math.log10),
  one("log1p", Math.log1p),
  one("sin", Math.sin),
  one("cos", Math.cos),
  one("tan", Math.tan),
  one("arcsin", Math.asin),
  one("arccos", Math.acos),
  one("arctan", Math.atan),
  one("sinh", Math.sinh),
  one("cosh", Math.cosh),
  one("tanh", Math.tanh),
  ["radians", spec(A, radians)],
  ["deg2rad", spec(A, radians)],
  ["degrees", spec(A, degrees)],
  ["rad2deg", spec(A, degrees)],
  ["reciprocal", spec(A, (a) => operators.divide(constant(1), a))],
  ["negative", spec(A, operators.negate)],
  ["logical_not", spec(A, operators.not)],
  two("add", operators.add),
  two("subtract", operators.subtract),
  two("multiply", operators.multiply),
  two("divide", operators.divide),
  two("floor_divide", operators.floorDivide),
  two("mod", operators.modulo),
  two("remainder", operators.modulo),
  two(
    "fmod",
    binary(
      "fmod",
      elementwise.binary((a, b) => a % b),
    ),
  ),
  two("power", power),
  two("minimum", binary("minimum", MINIMUM)),
  two("maximum", binary("maximum", MAXIMUM)),
  two("fmin", binary("fmin", FMIN)),
  two("fmax", binary("fmax", FMAX)),
  two("hypot", binary("hypot", elementwise.binary(Math.hypot))),
  two("arctan2", binary("arctan2", elementwise.binary(Math.atan2))),
  two("logical_and", operators.and),
  two("logical_or", operators.or),
  two("logical_xor", operators.xor),
  two("less", operators.less),
  two("less_equal", operators.lessEqual),
  two("greater", operators.greater),
  two("greater_equal", operators.greaterEqual),
  two("equal", operators.equal),
  two("not_equal", operators.notEqual),
]);

/** Functions that are written without `np.`: Python's own, and what numpy does not have. */
export const BARE_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ["len", spec(A, count, "exact")],
  ["abs", spec(A, abs)],
  ["sum", spec(A, sum, "exact")],
  ["min", spec(A, min, "exact")],
  ["max", spec(A, max, "exact")],
  ["round", spec([{ name: "a" }, { name: "decimals", optional: true }], (a, decimals) => round(a, decimals))],
  ["float", spec(A, (a) => a)],
  ["int", spec(A, trunc)],
  ["mad", spec(A, mad)],
  ["nmad", spec(A, (a) => operators.multiply(constant(NMAD_SCALE), mad(a)))],
  [
    "iqr",
    spec(A, (a) => operators.subtract(quantile(a, constant(0.75)), quantile(a, constant(0.25))), "sketch"),
  ],
  ["rms", spec(A, (a) => sqrt(mean(square(a))), "exact")],
  ["skew", spec(A, (a) => reduce("skew", reductions.standardMoment(3), [a]))],
  [
    "kurtosis",
    spec(A, (a) => operators.subtract(reduce("kurtosis", reductions.standardMoment(4), [a]), constant(3))),
  ],
  ["mode", spec(A, (a) => reduce("mode", reductions.modeOfSorted, [sorted(a)]))],
  [
    "nunique",
    {
      ...spec(A, (a, ...more) =>
        reduce("nunique", reductions.distinct, [a, ...more.filter((arg) => arg !== undefined)]),
      ),
      variadic: true,
    },
  ],
]);

/** Functions that a variable's `function:` may name, with or without `np.`. */
export const STATISTIC_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ...NUMPY_FUNCTIONS,
  ...BARE_FUNCTIONS,
  ["count", BARE_FUNCTIONS.get("len") as FunctionSpec],
]);

/** Numbers that are written `np.name`. */
export const NUMPY_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  e: Math.E,
  nan: Number.NaN,
  inf: Infinity,
};
