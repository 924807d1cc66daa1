import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cellStatistics, evaluateExpression, resolveFunction } from "./call.js";
import { VARIABLES } from "./testdata/variables.js";

type Encoded = number | "NaN" | "Infinity" | "-Infinity";
interface Golden {
  columns: Record<string, Encoded[]>;
  expressions: { text: string; value: Encoded | Encoded[] }[];
  functions: { name: string; params: Record<string, number>; column: string; value: Encoded }[];
}

// Made by oracle/expressions.py.
const golden = JSON.parse(
  readFileSync(new URL("./testdata/expressions.json", import.meta.url), "utf8"),
) as Golden;
const columns = Object.fromEntries(
  Object.entries(golden.columns).map(([name, values]) => [name, values.map(Number)]),
);

/** Numpy adds in another order (pairwise), and its libm rounds the last bit differently. */
function expectClose(ours: number | ArrayLike<number>, theirs: Encoded | Encoded[]): void {
  const found = typeof ours === "number" ? [ours] : Array.from(ours);
  const wanted = (Array.isArray(theirs) ? theirs : [theirs]).map(Number);
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) {
    if (Number.isFinite(value))
      expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(1e-11 * Math.abs(value) + 1e-300);
    else expect(found[i]).toBe(value);
  }
}

describe("expressions give what numpy gives", () => {
  test.each(golden.expressions)("$text", ({ text, value }) => {
    expectClose(evaluateExpression(text, columns), value);
  });
});

describe("functions give what numpy and scipy give", () => {
  test.each(golden.functions)("$name of $column", ({ name, params, column, value }) => {
    expectClose(resolveFunction(name)(columns[column] as number[], params), value);
  });
});

test("functions take columns as params", () => {
  expect(resolveFunction("average")([1, 2, 4], { weights: [1, 0, 1] })).toBe(2.5);
  expect(resolveFunction("average")([1, 2, 4], { weights: [1, -1, Number.NaN] })).toBe(1);
});

test("nunique counts distinct tuples", () => {
  expect(evaluateExpression("nunique(a, b)", { a: [1, 1, 2, 2, 1], b: [0, 1, 0, 0, 1] })).toBe(3);
});

test("the place of an extreme, wherever it is; of equal ones the first", () => {
  for (const at of [0, 1, 2]) {
    const x = [5, 5, 5].with(at, 9);
    expect(evaluateExpression("np.argmax(x)", { x })).toBe(at);
    expect(evaluateExpression("np.argmin(-x)", { x })).toBe(at);
  }
  expect(evaluateExpression("np.argmax(x)", { x: [1, 7, 7] })).toBe(1);
});

test("what is out of range has no value", () => {
  expect(evaluateExpression("x[7]", { x: [1, 2] })).toBeNaN();
  expect(evaluateExpression("np.min(x[x > 5])", { x: [1, 2] })).toBeNaN();
});

test("columns of different lengths are refused", () => {
  expect(() => evaluateExpression("a + b", { a: [1, 2], b: [1] })).toThrow(/column b has 1 rows, others 2/);
  expect(() => evaluateExpression("a[1:] + a", { a: [1, 2] })).toThrow(/1 and 2 rows in one cell do not fit/);
});

test("statistics of one cell of ATL06", () => {
  const cell = { h_li: [120.5, 118.3, 122.1, 119.7, 121.0], s_li: [0.05, 0.1, 0.03, 0.08, 0.06] };
  const result = cellStatistics(cell, VARIABLES);
  expect(result.count).toBe(5);
  expect(result.h_q50).toBe(120.5);
  // numpy: np.average(h, weights=1 / s**2), 1 / np.sqrt(np.sum(1 / s**2)), np.var(h)
  expect(result.h_mean).toBeCloseTo(121.26848757, 5);
  expect(result.h_sigma).toBeCloseTo(0.02211253974, 8);
  expect(result.h_variance).toBeCloseTo(1.6256, 6);
  const empty = cellStatistics({ h_li: [], s_li: [] }, VARIABLES);
  expect(empty).toMatchObject({ count: 0, h_mean: Number.NaN, h_q50: Number.NaN });
});
