import { expect, test } from "vitest";
import { ExpressionError } from "./error.js";
import { compileRowTest } from "./row-test.js";

const columns = { h: Float64Array.of(5, 20, Number.NaN), q: Float64Array.of(0, 4, 5) };
const rows = (text: string) => [...compileRowTest(text, Object.keys(columns)).evaluate(columns, 3)];

test("is worked out row by row, as numpy does", () => {
  expect(rows("(q == 0) & (h < 10)")).toEqual([1, 0, 0]);
  expect(rows("(q & 4) != 0")).toEqual([0, 1, 1]);
  expect(rows("h != 5")).toEqual([0, 1, 1]);
  expect(rows("~np.isnan(h)")).toEqual([1, 1, 0]);
  expect(rows("np.isin(q, [0, 5])")).toEqual([1, 0, 1]);
});

test("names the columns that it reads, each once, sorted", () => {
  expect(compileRowTest("(q > 0) & (h > q)", ["a", "h", "q"]).columns).toEqual(["h", "q"]);
});

test.each(["h > np.mean(h)", "h[0] > 1", "h[q > 0] > 1", "len(h) > 2", "np.sort(h) > 1", "1 > 0"])(
  "%s is no test of rows",
  (text) => {
    expect(() => compileRowTest(text, ["h", "q"])).toThrow(ExpressionError);
  },
);
