import { expect, test } from "vitest";
import { tickLabel, ticksOf } from "./ticks.js";

test("linear ticks are round and lie within", () => {
  expect(ticksOf({ min: -130, max: 3010, log: false })).toEqual([0, 1000, 2000, 3000]);
  expect(ticksOf({ min: 0.012, max: 0.041, log: false }).map(tickLabel)).toEqual(["0.02", "0.03", "0.04"]);
});

test("log ticks: powers of ten, with 2 and 5 where these are few", () => {
  expect(ticksOf({ min: 1, max: 40, log: true })).toEqual([1, 2, 5, 10, 20]);
  expect(ticksOf({ min: 1, max: 1e5, log: true }).map(tickLabel)).toEqual([
    "1",
    "10",
    "100",
    "1000",
    "10000",
    "100000",
  ]);
});

test("labels of very large and very small values stay short", () => {
  expect([1.5e7, 1e7, 2e-5, 0, -0.1, 0.1 + 0.2].map(tickLabel)).toEqual([
    "1.5e7",
    "1e7",
    "2e-5",
    "0",
    "-0.1",
    "0.3",
  ]);
});
