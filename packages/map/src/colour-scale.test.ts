import { expect, test } from "vitest";
import { colourIndex, limitsOf } from "./colour-scale.js";

test("limits are percentiles: wild values do not stretch them", () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => i);
  values[1000] = 1e30;
  values[0] = Number.NaN;
  expect(limitsOf(values)).toEqual({ min: 21, max: 980, log: false });
});

test("log limits leave out what has no logarithm", () => {
  expect(limitsOf([0, -5, 1, 10, 100, 1000], true)).toEqual({ min: 1, max: 1000, log: true });
});

test("limits of one value, and of none, still have a width", () => {
  expect(limitsOf([7, 7])).toEqual({ min: 6.5, max: 7.5, log: false });
  expect(limitsOf([8], true)).toEqual({ min: 4, max: 16, log: true });
  expect(limitsOf([Number.NaN])).toEqual({ min: 0, max: 1, log: false });
});

test("values beyond the limits take the end colours; what has no value has none", () => {
  const linear = colourIndex({ min: 0, max: 10, log: false });
  expect([-1, 0, 5, 10, 11, Number.NaN].map(linear)).toEqual([0, 0, 128, 255, 255, -1]);
  const log = colourIndex({ min: 1, max: 100, log: true });
  expect([0, -1, 1, 10, 100].map(log)).toEqual([-1, -1, 0, 128, 255]);
});
