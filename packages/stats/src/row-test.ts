import { ExpressionError } from "./error.js";
import { evaluate, type Frame } from "./expression/evaluate.js";
import { compileExpression } from "./expression/lower.js";
import { columnsOf, type Node, nodesOf } from "./expression/node.js";

/** An expression that is true of some rows and not of others, each by its own values. */
export interface RowTest {
  /** Columns that it reads, sorted. */
  readonly columns: readonly string[];
  /** The value of each of `length` rows: 0 where it is false. */
  evaluate(columns: Readonly<Record<string, Float64Array>>, length: number): Float64Array;
}

/**
 * Compiles a test of rows over columns of these names. What it says of a row depends on that row alone: functions of
 * several rows are refused. Throws {@link ExpressionError}.
 *
 * @example
 * const test = compileRowTest("(q == 0) & (h < 10)", ["h", "q"]);
 * test.evaluate({ h: Float64Array.of(5, 20), q: Float64Array.of(0, 0) }, 2); // => new Float64Array([1, 0])
 */
export function compileRowTest(text: string, columns: Iterable<string>): RowTest {
  const node = compileExpression(text, new Set(columns));
  const whole = nodesOf(node).find(({ kind }) => !BY_ROW.has(kind));
  if (whole) {
    const message =
      "a filter looks at one row at a time; functions of several, subscripts and lists have no place in it";
    throw new ExpressionError("shape", message, 0);
  }
  const read = columnsOf(node).sort();
  if (read.length === 0)
    throw new ExpressionError(
      "shape",
      `the expression names no column; there are ${[...columns].join(", ")}`,
      0,
    );
  return {
    columns: read,
    evaluate: (values, length) => evaluate(node, frameOf(values, length)).data,
  };
}

const BY_ROW: ReadonlySet<Node["kind"]> = new Set(["constant", "column", "map"]);

function frameOf(values: Readonly<Record<string, Float64Array>>, length: number): Frame {
  return {
    cells: 1,
    offsets: Uint32Array.of(0, length),
    column: (name) => values[name] as Float64Array,
    cache: new Map(),
    keeps: () => false,
  };
}
