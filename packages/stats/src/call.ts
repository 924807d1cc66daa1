import { aggregate } from "./aggregate.js";
import { compileStatistics, findFunction, type StatisticSpecs, unknownFunction } from "./compile.js";
import { ExpressionError } from "./error.js";
import { evaluate, type Frame } from "./expression/evaluate.js";
import { bind, compileExpression } from "./expression/lower.js";
import { column, constant, type Node } from "./expression/node.js";
import { IMPLICIT_COLUMNS } from "./implicit.js";

/** Columns of equal length by name. */
export type NumberColumns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Evaluates an expression over whole columns with numpy's meaning: nothing is left out, NaN goes through. Gives a
 * number, or an array where the expression has one value per row; truth values are 0 and 1. Throws
 * {@link ExpressionError}.
 *
 * @example
 * evaluateExpression("np.max(h) - np.min(h)", { h: [1, 2, 4] }); // => 3
 */
export function evaluateExpression(text: string, columns: NumberColumns): number | Float64Array {
  return evaluateOnce(compileExpression(text, new Set(Object.keys(columns))), columns);
}

/** A function of the config's table, called on values. */
export type ResolvedFunction = (
  values: ArrayLike<number>,
  params?: Readonly<Record<string, number | ArrayLike<number>>>,
) => number;

/**
 * The function of a name: `quantile`, `np.quantile` or `numpy.quantile`. Throws {@link ExpressionError} for unknown
 * names.
 *
 * @example
 * resolveFunction("quantile")([1, 2, 3, 4], { q: 0.25 }); // => 1.75
 */
export function resolveFunction(name: string): ResolvedFunction {
  const spec = findFunction(name);
  if (spec === undefined) throw new ExpressionError("unknown-function", unknownFunction(name), 0);
  return (values, params = {}) => {
    const columns: Record<string, ArrayLike<number>> = { values };
    const named = new Map<string, Node>();
    for (const [key, value] of Object.entries(params)) {
      if (typeof value !== "number") columns[key] = value;
      named.set(key, typeof value === "number" ? constant(value) : column(key));
    }
    const result = evaluateOnce(bind(spec, name, [column("values")], named, 0), columns);
    if (typeof result === "number") return result;
    throw new ExpressionError("shape", `${name} gives one value per row, not one for all`, 0);
  };
}

/** A number; a bigint for 64-bit integers. */
export type CellValue = number | bigint;

/**
 * All statistics for the points of one cell, as {@link aggregate} computes them. Implicit columns that are not given
 * are 0. Throws {@link StatisticError}.
 *
 * @example
 * const spec = { function: "max", source: "h", params: {}, dtype: "float32", fillValue: "NaN" } as const;
 * cellStatistics({ h: [1, 2] }, { h_max: spec }); // => { h_max: 2 }
 */
export function cellStatistics(columns: NumberColumns, specs: StatisticSpecs): Record<string, CellValue> {
  const length = Object.values(columns)[0]?.length ?? 0;
  const zeros = new Float64Array(length);
  const given = Object.entries(columns).map(
    ([name, values]) => [name, { values: Float64Array.from(values) }] as const,
  );
  const implicit = IMPLICIT_COLUMNS.map((name) => [name, { values: zeros }] as const);
  const points = { length, columns: new Map([...implicit, ...given]) };
  const statistics = compileStatistics(specs, Object.keys(columns));
  const { arrays } = aggregate(points, new Uint32Array(length), 1, statistics);
  return Object.fromEntries([...arrays].map(([name, array]) => [name, array[0] as CellValue]));
}

/** Evaluates a node on columns as if they were one cell's. */
function evaluateOnce(node: Node, columns: NumberColumns): number | Float64Array {
  const length = Object.values(columns)[0]?.length ?? 0;
  for (const [name, values] of Object.entries(columns)) {
    if (values.length !== length) {
      throw new ExpressionError("length", `column ${name} has ${values.length} rows, others ${length}`, 0);
    }
  }
  const frame: Frame = {
    cells: 1,
    offsets: Uint32Array.of(0, length),
    column: (name) => Float64Array.from(columns[name] as ArrayLike<number>),
    cache: new Map(),
    keeps: () => true,
  };
  const { data } = evaluate(node, frame);
  return node.shape === "rows" ? data : (data[0] as number);
}
