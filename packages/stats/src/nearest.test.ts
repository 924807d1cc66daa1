import { expect, test } from "vitest";
import { nearest, suggestion } from "./nearest.js";

test.each([
  ["medain", ["mean", "median", "min"], "median"], // two neighbours swapped are one slip
  ["imn", ["max", "min"], "min"],
  ["mxdixn", ["mean", "median"], "median"], // two slips in six letters
  ["mdian", ["mean", "median", "min"], "median"], // one is missing
  ["mediann", ["mean", "median", "min"], "median"], // one too many
  ["medion", ["mean", "median", "min"], "median"], // another one
  ["Child-Order", ["parent_order", "child_order"], "child_order"], // neither case nor what joins words counts
  ["mim", ["max", "min", "mid"], "min"], // the first of those that are as near
  ["so", ["sum", "std", "so_far"], undefined], // of a short name one letter may differ, not more
  ["h", ["count", "height"], undefined],
  ["coordinates", ["coordinate_system", "columns"], undefined],
  ["x", [], undefined],
])("%s among %j: %s", (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});

test("a suggestion is a sentence to add, or nothing", () => {
  expect(suggestion("medain", ["median"])).toBe(' Did you mean "median"?');
  expect(suggestion("area", ["median"])).toBe("");
});
