import { describe, expect, test } from "vitest";
import type { DatasetFilter, FilterConfig, FilterOp } from "../terms/index.js";
import { filterRows } from "./filter.js";

const values = Float64Array.of(0, 1, 2, Number.NaN, -1);
const keep = (each: FilterConfig, column = values) => {
  const rows = Uint32Array.from(column.keys());
  return [...filterRows(each, [{ values: column, positions: rows }], rows)];
};
const filter = (op: FilterOp, value: DatasetFilter["value"]): FilterConfig => ({ dataset: "/x", op, value });

describe("filters keep the rows numpy would", () => {
  test.each([
    ["eq", 0, [0]],
    ["ne", 0, [1, 2, 3, 4]],
    ["lt", 1, [0, 4]],
    ["le", 1, [0, 1, 4]],
    ["gt", 1, [2]],
    ["ge", 1, [1, 2]],
    ["in", [0, 2], [0, 2]],
    ["not_in", [0, 2], [1, 3, 4]],
    ["between", [0, 1], [0, 1]],
    ["outside", [0, 1], [2, 4]],
  ] as const)("%s %j", (op, value, kept) => {
    expect(keep(filter(op, value))).toEqual(kept);
  });
});

describe("bits", () => {
  const flags = Float64Array.of(0, 1, 4, 5, -128, -1);

  test.each([
    ["all_bits", 5, [3, 5]],
    ["any_bits", 5, [1, 2, 3, 5]],
    ["no_bits", 5, [0, 4]],
    ["any_bits", 128, [4, 5]],
  ] as const)("%s %i of bytes, the sign being one", (op, value, kept) => {
    expect(keep(filter(op, value), flags)).toEqual(kept);
  });

  test("beyond 32, and none of what is no whole number", () => {
    const wide = Float64Array.of(2 ** 40 + 1, 2 ** 40, 1, Number.NaN, 0.5, 2 ** 31);
    expect(keep(filter("all_bits", 2 ** 40 + 1), wide)).toEqual([0]);
    expect(keep(filter("no_bits", 2 ** 40), wide)).toEqual([2, 5]);
    expect(keep(filter("any_bits", 2 ** 31), wide)).toEqual([5]);
  });
});

describe("expressions", () => {
  const x = { path: "/x" };

  test("see a missing value as NaN, and each row alone", () => {
    expect(keep({ expression: "(x > -1) & (x**2 < 4)", columns: { x } })).toEqual([0, 1]);
    expect(keep({ expression: "x != 1", columns: { x } })).toEqual([0, 2, 3, 4]);
    expect(keep({ expression: "x", columns: { x } })).toEqual([1, 2, 4]);
  });

  test("take each column from its place, at the rows that are left", () => {
    const inputs = [
      { values: Float64Array.of(9, 8, 7), positions: Uint32Array.of(2, 1, 0) },
      { values: Float64Array.of(7), positions: new Uint32Array(3) },
    ];
    const places = Uint32Array.of(0, 2);
    expect([...filterRows({ expression: "a == b", columns: { a: "/a", b: "/b" } }, inputs, places)]).toEqual([
      0,
    ]);
  });
});

test("only the places asked for are looked at, through their positions", () => {
  const positions = Uint32Array.of(2, 4, 1);
  const inputs = [{ values, positions }];
  expect([...filterRows(filter("ge", 0), inputs, Uint32Array.of(0, 1))]).toEqual([0]);
});

test("a missing value is NaN", () => {
  const kept = (op: FilterOp) => keep(filter(op, 1), Float64Array.of(1, Number.NaN, 0));
  expect(kept("eq")).toEqual([0]);
  expect(kept("ne")).toEqual([1, 2]);
  expect(kept("no_bits")).toEqual([2]);
});
