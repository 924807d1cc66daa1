import type { Combination } from "../combine.js";
import { binary as binaryKernel } from "./elementwise.js";
import type { Node } from "./node.js";
import * as op from "./operations.js";

export interface Parameter {
  readonly name: string;
  readonly optional?: true;
  /** Given by name only, as in `weights=w`. */
  readonly named?: true;
  /** Which arguments are of use, as far as that shows without data, and what they are, in words. */
  readonly takes?: { readonly accepts: (argument: Node) => boolean; readonly what: string };
}

export interface FunctionSpec {
  readonly parameters: readonly Parameter[];
  /** Whether more arguments than parameters may follow. */
  readonly variadic?: true;
  /** Whether it goes through the rows of all its arguments together: all of them have rows then, or none. */
  readonly rowwise?: true;
  /** Takes arguments in the parameters' order; for an optional one that is absent, undefined. */
  readonly build: (...args: Node[]) => Node;
  /** How values of several cells combine into one; default `mean`, weighted by count. */
  readonly combine?: Combination;
}

const required = (...names: string[]): Parameter[] => names.map((name) => ({ name }));

const A = required("a");
const isSingle = (argument: Node): boolean => argument.shape !== "rows";
const DDOF: Parameter = {
  name: "ddof",
  optional: true,
  named: true,
  takes: { accepts: isSingle, what: "one value for all points" },
};
const A_DDOF: readonly Parameter[] = [{ name: "a" }, DDOF];
const A_WEIGHTS: readonly Parameter[] = [{ name: "a" }, { name: "weights", optional: true, named: true }];
const A_DECIMALS: readonly Parameter[] = [{ name: "a" }, { name: "decimals", optional: true }];

/** A `q` from 0 to `high`, or a list of such; one that data decide is found out of range cell by cell. */
const quantilesTo = (high: number): readonly Parameter[] => {
  const isQuantile = (q: Node): boolean =>
    q.kind === "constant" ? q.value >= 0 && q.value <= high : isSingle(q);
  const accepts = (q: Node): boolean => (q.kind === "list" ? q.items.every(isQuantile) : isQuantile(q));
  const what = `a number from 0 to ${high}, or a list of such`;
  return [{ name: "a" }, { name: "q", takes: { accepts, what } }];
};

type Entry = readonly [name: string, spec: FunctionSpec];

const entry = (
  name: string,
  parameters: readonly Parameter[],
  build: FunctionSpec["build"],
  combine?: Combination,
): Entry => [name, { parameters, build, ...(combine && { combine }) }];
const one = (name: string, build: (a: Node) => Node, combine?: Combination): Entry =>
  entry(name, A, build, combine);
const two = (name: string, build: (a: Node, b: Node) => Node): Entry =>
  entry(name, required("a", "b"), build);

/** An elementwise function that nothing else is composed of. */
const each = (name: string, f: (a: number) => number): Entry => one(name, op.unary(name, f));
const test = (name: string, f: (a: number) => boolean): Entry =>
  one(
    name,
    op.unary(name, (a) => (f(a) ? 1 : 0), true),
  );
const pairs = (name: string, f: (a: number, b: number) => number): Entry =>
  two(name, op.binary(name, binaryKernel(f)));

/** Reductions that numpy has in a second form, which leaves NaN out. */
const REDUCTIONS: readonly Entry[] = [
  one("sum", op.sum, "sum"),
  one("prod", op.prod),
  one("mean", op.mean),
  one("min", op.min, "min"),
  one("max", op.max, "max"),
  entry("var", A_DDOF, op.variance),
  entry("std", A_DDOF, (a, ddof?: Node) => op.sqrt(op.variance(a as Node, ddof))),
  one("median", op.median),
  entry("quantile", quantilesTo(1), op.quantile),
  entry("percentile", quantilesTo(100), op.percentile),
];

const nanVersion = ([name, { parameters, build, combine }]: Entry): Entry =>
  entry(`nan${name}`, parameters, (a, ...rest) => build(op.withoutNan(a as Node), ...rest), combine);

/** Functions that are written `np.name(...)`, with numpy's meaning. */
export const NUMPY_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ...REDUCTIONS,
  ...REDUCTIONS.map(nanVersion),
  one("amin", op.min, "min"),
  one("amax", op.max, "max"),
  one("ptp", op.ptp),
  ["average", { parameters: A_WEIGHTS, rowwise: true, build: op.average }],
  one("argmin", op.argmin),
  one("argmax", op.argmax),
  one("any", op.any),
  one("all", op.all),
  one("count_nonzero", op.countNonzero, "sum"),
  two("dot", op.dot),

  one("sort", op.sorted),
  one("argsort", op.argsort),
  one("unique", op.unique),
  one("diff", op.diff),
  one("cumsum", op.cumsum),

  entry("where", required("condition", "x", "y"), op.where),
  entry("clip", required("a", "a_min", "a_max"), op.clip),
  entry("isin", required("element", "test_elements"), op.isin),
  entry("round", A_DECIMALS, op.round),
  one("rint", op.rint),
  one("abs", op.abs),
  one("absolute", op.abs),
  one("fabs", op.abs),
  one("square", op.square),
  one("sqrt", op.sqrt),
  one("isnan", op.isnan),
  test("isfinite", Number.isFinite),
  test("isinf", (a) => Math.abs(a) === Infinity),
  each("sign", Math.sign),
  each("floor", Math.floor),
  each("ceil", Math.ceil),
  one("trunc", op.trunc),
  each("cbrt", Math.cbrt),
  each("exp", Math.exp),
  each("expm1", Math.expm1),
  each("exp2", (a) => 2 ** a),
  each("log", Math.log),
  each("log2", Math.log2),
  each("log10", Math.log10),
  each("log1p", Math.log1p),
  each("sin", Math.sin),
  each("cos", Math.cos),
  each("tan", Math.tan),
  each("arcsin", Math.asin),
  each("arccos", Math.acos),
  each("arctan", Math.atan),
  each("sinh", Math.sinh),
  each("cosh", Math.cosh),
  each("tanh", Math.tanh),
  one("radians", op.radians),
  one("deg2rad", op.radians),
  one("degrees", op.degrees),
  one("rad2deg", op.degrees),
  one("reciprocal", op.reciprocal),

  pairs("fmod", (a, b) => a % b),
  pairs("hypot", Math.hypot),
  pairs("arctan2", Math.atan2),
  two("minimum", op.minimum),
  two("maximum", op.maximum),
  two("fmin", op.fmin),
  two("fmax", op.fmax),

  one("negative", op.operators.negate),
  two("add", op.operators.add),
  two("subtract", op.operators.subtract),
  two("multiply", op.operators.multiply),
  two("divide", op.operators.divide),
  two("floor_divide", op.operators.floorDivide),
  two("mod", op.operators.modulo),
  two("remainder", op.operators.modulo),
  two("power", op.power),
  two("less", op.operators.less),
  two("less_equal", op.operators.lessEqual),
  two("greater", op.operators.greater),
  two("greater_equal", op.operators.greaterEqual),
  two("equal", op.operators.equal),
  two("not_equal", op.operators.notEqual),
  one("logical_not", op.operators.not),
  two("logical_and", op.operators.and),
  two("logical_or", op.operators.or),
  two("logical_xor", op.operators.xor),
]);

/** Functions that are written without `np.`: Python's own, and what numpy does not have. */
export const BARE_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  one("len", op.count, "sum"),
  one("abs", op.abs),
  one("sum", op.sum, "sum"),
  one("min", op.min, "min"),
  one("max", op.max, "max"),
  entry("round", A_DECIMALS, op.round),
  one("float", (a) => a),
  one("int", op.trunc),

  one("mad", op.mad),
  one("nmad", op.nmad),
  one("iqr", op.iqr),
  one("rms", op.rms),
  one("skew", op.skew),
  one("kurtosis", op.kurtosis),
  one("mode", op.mode),
  ["nunique", { parameters: A, variadic: true, rowwise: true, build: op.nunique }],
]);

/** Functions that a variable's `function:` may name, with or without `np.`. */
export const STATISTIC_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ...NUMPY_FUNCTIONS,
  ...BARE_FUNCTIONS,
  one("count", op.count, "sum"),
]);

/** Numbers that are written `np.name`. */
export const NUMPY_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  e: Math.E,
  nan: Number.NaN,
  inf: Infinity,
};
