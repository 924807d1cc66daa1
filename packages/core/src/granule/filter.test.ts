import { describe, expect, test } from "vitest";
import type { FilterConfig, FilterOp } from "../terms/index.js";
import { filterRows } from "./filter.js";

const values = new Float32Array([0, 1, 2, Number.NaN, -1]);
const all = Uint32Array.of(0, 1, 2, 3, 4);
const keep = (each: FilterConfig) => [...filterRows(each, values, all, all)];
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
  expect([...filterRows(filter("ge", 0), values, positions, Uint32Array.of(0, 1))]).toEqual([0]);
});

test("64-bit integers compare by value", () => {
  const both = Uint32Array.of(0, 1);
  expect([...filterRows(filter("eq", 7), BigInt64Array.of(7n, -7n), both, both)]).toEqual([0]);
});
