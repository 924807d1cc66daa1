import { expect, test } from "vitest";
import { addCounts, noCounts } from "./outcome.js";

test("counts add up name by name, whatever a statistic is called", () => {
  const total = noCounts();
  const more = { ...noCounts(), pointsKept: 2, leftOut: { constructor: { nan: 3 }, h_mean: { fill: 1 } } };
  addCounts(addCounts(total, more), more);
  expect(total.pointsKept).toBe(4);
  expect(JSON.parse(JSON.stringify(total.leftOut))).toEqual({ constructor: { nan: 6 }, h_mean: { fill: 2 } });
});
