import { describe, expect, test } from "vitest";
import type { FilterConfig, FilterOp } from "../terms/index.js";
import { filterRows } from "./filter.js";

const values = new Float32Array([0, 1, 2, Number.NaN, -1]);
const all = Uint32Array.of(0, 1, 2, 3, 4);
const keep = (each: FilterConfig) => [...filterRows(each, { values }, all, all)];
const filter = (op: FilterOp, value: FilterConfig["value"]): FilterConfig => ({ dataset: "/x", op, value });

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
  ] as const)("%s %j", (op, value, kept) => {
    expect(keep(filter(op, value))).toEqual(kept);
  });
});

test("only the places asked for are looked at, through their positions", () => {
  const positions = Uint32Array.of(2, 4, 1);
  expect([...filterRows(filter("ge", 0), { values }, positions, Uint32Array.of(0, 1))]).toEqual([0]);
});

test("a missing value is NaN", () => {
  const column = { values: Int8Array.of(1, 1, 0), missing: Uint8Array.of(0, 1, 0) };
  const rows = Uint32Array.of(0, 1, 2);
  expect([...filterRows(filter("eq", 1), column, rows, rows)]).toEqual([0]);
  expect([...filterRows(filter("ne", 1), column, rows, rows)]).toEqual([1, 2]);
});
