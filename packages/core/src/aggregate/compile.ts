import type { Config, Dtype, FillValue, StatisticConfig } from "../config/model.js";
import { nearest, suggestion } from "../config/nearest.js";
import { ConfigError, type KeyPath, type Problem } from "../config/problem.js";
import { ExpressionError } from "./expression/expression-error.js";
import { type FunctionSpec, type Merge, STATISTIC_FUNCTIONS } from "./expression/functions.js";
import { bind, compileExpression } from "./expression/lower.js";
import { column, columnsOf, constant, inputs, type Node, nodesOf, POINTS } from "./expression/node.js";
import { IMPLICIT_COLUMNS } from "./implicit.js";

/** One variable of the product, ready to be computed. */
export interface Statistic {
  readonly name: string;
  readonly node: Node;
  /** Columns it reads: a point that misses one of them takes no part. */
  readonly columns: readonly string[];
  readonly dtype: Dtype;
  readonly fillValue: FillValue;
  /** How values of several cells combine into that of a coarser cell. */
  readonly merge: Merge;
}

/** What {@link aggregate} computes. Holds functions: make it anew in each thread. */
export interface Statistics {
  /** Names of all columns that some statistic reads, implicit ones included, sorted. */
  readonly columns: readonly string[];
  readonly variables: readonly Statistic[];
  /** Keys of the nodes that more than one computation needs. */
  readonly shared: ReadonlySet<string>;
}

/** Compiles the variables of a config. Throws {@link ConfigError} with everything that does not compile. */
export function compileStatistics(config: Config): Statistics {
  const problems: Problem[] = [];
  const variables: Statistic[] = [];
  for (const [name, statistic] of Object.entries(config.aggregation.variables)) {
    const result = compileStatistic(name, statistic, columnsIn(config));
    if ("code" in result) problems.push(result);
    else variables.push(result);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    columns: [...new Set(variables.flatMap((variable) => variable.columns))].sort(),
    variables,
    shared: sharedKeys(variables.map((variable) => variable.node)),
  };
}

/** What is wrong with a config's functions and expressions. */
export function statisticProblems(config: Config): Problem[] {
  return Object.entries(config.aggregation.variables)
    .map(([name, statistic]) => compileStatistic(name, statistic, columnsIn(config)))
    .filter((result) => "code" in result);
}

function columnsIn({ dataSource }: Config): ReadonlySet<string> {
  return new Set([...Object.keys(dataSource.variables), ...IMPLICIT_COLUMNS]);
}

function compileStatistic(
  name: string,
  statistic: StatisticConfig,
  columns: ReadonlySet<string>,
): Statistic | Problem {
  const path: KeyPath = ["aggregation", "variables", name];
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
  const merge = functionName === undefined ? "none" : (findFunction(functionName) as FunctionSpec).merge;
  return { name, node, columns: columnsOf(node), dtype, fillValue, merge };
}

/** `function: f` with its source and params, as a call of f. */
function callStatistic(
  name: string,
  { source, params }: StatisticConfig,
  columns: ReadonlySet<string>,
  path: KeyPath,
): Node | Problem {
  const spec = findFunction(name);
  if (spec === undefined)
    return { code: "unknown-function", path: [...path, "function"], message: unknownFunction(name) };
  const counts = /^(len|count)$/.test(name);
  if (source === undefined && !counts) {
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

/** The function of a name as configs write it: `quantile`, `np.quantile` or `numpy.quantile`. */
export function findFunction(name: string): FunctionSpec | undefined {
  return STATISTIC_FUNCTIONS.get(name.replace(/^(np|numpy)\./, ""));
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

function at(path: KeyPath, compile: () => Node): Node | Problem {
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
