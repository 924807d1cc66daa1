import type { DataType, FillValue } from "@zagg/zarr";
import { bareName } from "./combine.js";
import { ExpressionError, StatisticError, type StatisticProblem } from "./error.js";
import { type FunctionSpec, STATISTIC_FUNCTIONS } from "./expression/functions.js";
import { bind, compileExpression } from "./expression/lower.js";
import {
  column,
  columnsOf,
  constant,
  inputs,
  type Node,
  nodesOf,
  POINTS,
  weightsOf,
} from "./expression/node.js";
import { IMPLICIT_COLUMNS } from "./implicit.js";
import { nearest, suggestion } from "./nearest.js";

/** A statistic as it is asked for; exactly one of `function` and `expression` is set. */
export interface StatisticSpec {
  readonly function?: string;
  readonly expression?: string;
  /** Column that `function` works on. */
  readonly source?: string;
  /** A string is a column, a number, or an expression over columns. */
  readonly params: Readonly<Record<string, number | string>>;
  readonly dtype: DataType;
  readonly fillValue: FillValue;
}

/** Variables by name. */
export type StatisticSpecs = Readonly<Record<string, StatisticSpec>>;

/** One variable of the product, ready to be computed. */
export interface Statistic {
  readonly name: string;
  readonly node: Node;
  /** Columns it reads: a point that misses one of them takes no part. */
  readonly columns: readonly string[];
  /** The weights of its weighted means. */
  readonly weights: readonly Node[];
  readonly dtype: DataType;
  readonly fillValue: FillValue;
}

/** What {@link aggregate} computes. Holds functions: make it anew in each thread. */
export interface Statistics {
  /** Names of all columns that some statistic reads, implicit ones included, sorted. */
  readonly columns: readonly string[];
  readonly variables: readonly Statistic[];
  /** Keys of the nodes that more than one computation needs. */
  readonly shared: ReadonlySet<string>;
}

/**
 * Compiles variables over columns of these names; implicit ones are always there. Throws {@link StatisticError} with
 * everything that does not compile.
 *
 * @example
 * const spec = { function: "median", source: "h", params: {}, dtype: "float32", fillValue: "NaN" } as const;
 * const statistics = compileStatistics({ h_median: spec }, ["h"]);
 */
export function compileStatistics(specs: StatisticSpecs, columns: Iterable<string>): Statistics {
  const results = compileEach(specs, columns);
  const problems = results.filter((result) => "code" in result);
  if (problems.length > 0) throw new StatisticError(problems);
  const variables = results.filter((result) => "node" in result);
  return {
    columns: [...new Set(variables.flatMap((variable) => variable.columns))].sort(),
    variables,
    shared: sharedKeys(variables.map((variable) => variable.node)),
  };
}

/** What is wrong with functions and expressions. */
export function statisticProblems(specs: StatisticSpecs, columns: Iterable<string>): StatisticProblem[] {
  return compileEach(specs, columns).filter((result) => "code" in result);
}

function compileEach(specs: StatisticSpecs, columns: Iterable<string>): (Statistic | StatisticProblem)[] {
  const known = new Set([...columns, ...IMPLICIT_COLUMNS]);
  return Object.entries(specs).map(([name, spec]) => compileStatistic(name, spec, known));
}

function compileStatistic(
  name: string,
  statistic: StatisticSpec,
  columns: ReadonlySet<string>,
): Statistic | StatisticProblem {
  const path = [name];
  const { function: functionName, expression, dtype, fillValue } = statistic;
  if ((functionName === undefined) === (expression === undefined)) {
    const message = "a variable has either a function or an expression, exactly one of them.";
    return { code: "function-or-expression", path, at: "key", message };
  }
  const result =
    expression !== undefined
      ? at([...path, "expression"], () => compileExpression(expression, columns))
      : callStatistic(functionName as string, statistic, columns, path);
  if ("code" in result) return result;
  const node = result;
  if (node.shape === "rows") {
    const message = "gives one value per point, but a cell has one; reduce it, as in np.mean(…).";
    return { code: "shape", path: [...path, expression === undefined ? "function" : "expression"], message };
  }
  return { name, node, columns: columnsOf(node), weights: weightsOf(node), dtype, fillValue };
}

/** `function: f` with its source and params, as a call of f. */
function callStatistic(
  name: string,
  { source, params }: StatisticSpec,
  columns: ReadonlySet<string>,
  path: readonly string[],
): Node | StatisticProblem {
  const spec = findFunction(name);
  if (spec === undefined)
    return { code: "unknown-function", path: [...path, "function"], message: unknownFunction(name) };
  if (source === undefined && !countsPoints(name)) {
    const message = `${name} needs a source: one of ${[...columns].join(", ")}.`;
    return { code: "missing-key", path: [...path, "source"], at: "key", message };
  }
  if (source !== undefined && !columns.has(source)) {
    const message = `"${source}" is no column.${suggestion(source, columns)} Columns: ${[...columns].join(", ")}.`;
    return { code: "unknown-column", path: [...path, "source"], message };
  }
  const named = new Map<string, Node>();
  for (const [key, value] of Object.entries(params)) {
    const param = at([...path, "params", key], () =>
      typeof value === "number" ? constant(value) : compileExpression(value, columns),
    );
    if ("code" in param) return param;
    named.set(key, param);
  }
  const first = source === undefined ? POINTS : column(source);
  return at([...path, "function"], () => bind(spec, name, [first], named, 0));
}

/** Whether a function without a source counts the points, whatever their values. */
export function countsPoints(name: string): boolean {
  return /^(len|count)$/.test(bareName(name));
}

/** The function of a name as configs write it: `quantile`, `np.quantile` or `numpy.quantile`. */
export function findFunction(name: string): FunctionSpec | undefined {
  return STATISTIC_FUNCTIONS.get(bareName(name));
}

/** Functions of other packages that configs of 0.1.0 could import, and what does the same here. */
const EQUIVALENTS: ReadonlyMap<string, string> = new Map([
  ["median_abs_deviation", "mad"],
  ["median_absolute_deviation", "mad"],
  ["skewness", "skew"],
  ["tmean", "mean"],
  ["tvar", "var"],
  ["tstd", "std"],
  ["scoreatpercentile", "percentile"],
  ["n_unique", "nunique"],
]);

/** Says that a function is not known, and which one comes closest. */
export function unknownFunction(name: string): string {
  const last = name.split(".").at(-1) as string;
  const closest = STATISTIC_FUNCTIONS.has(last)
    ? last
    : (EQUIVALENTS.get(last) ?? nearest(last, STATISTIC_FUNCTIONS.keys()));
  const hint = closest === undefined ? "" : ` The nearest built-in is ${closest}.`;
  if (name.includes(".") && !/^(np|numpy)\./.test(name)) {
    return `${name}: functions of other packages cannot be imported.${hint}`;
  }
  return `${name} is not a known function.${hint} docs/configuration.md lists all of them.`;
}

function at(path: readonly string[], compile: () => Node): Node | StatisticProblem {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { code: error.code, path, offset: error.offset, message: sentence(error.message) };
  }
}

/** The message of an error as a sentence. */
export function sentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}

/** Keys of the nodes that more than one computation needs: worth keeping once computed. */
function sharedKeys(roots: readonly Node[]): ReadonlySet<string> {
  const uses = [...roots, ...nodesOf(...roots).flatMap(inputs)].map((node) => node.key);
  const seen = new Set<string>();
  return new Set(uses.filter((key) => seen.size === seen.add(key).size));
}
