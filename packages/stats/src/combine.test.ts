import { expect, test } from "vitest";
import { functionCombination, isCombination } from "./combine.js";

test.each([
  ["len", "sum"],
  ["count", "sum"],
  ["np.nansum", "sum"],
  ["numpy.amin", "min"],
  ["nanmax", "max"],
  ["np.average", "mean"],
  ["quantile", "mean"],
])("values of %s combine by their %s", (name, combination) => {
  expect(functionCombination(name)).toBe(combination);
});

test("what is no function has no combination", () => {
  expect(functionCombination("scipy.stats.mad")).toBeUndefined();
  expect([isCombination("sigma"), isCombination("median"), isCombination(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
