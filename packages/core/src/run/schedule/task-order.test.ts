import fc from "fast-check";
import { expect, test } from "vitest";
import { taskOrder } from "./task-order.js";

const shards = fc
  .array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 200 })
  .map((weights) => weights.map((weight, index) => ({ index, weight })));

test("every shard comes once, heavier size classes first", () => {
  fc.assert(
    fc.property(shards, (given) => {
      const order = taskOrder(given);
      expect([...order].sort((a, b) => a - b)).toEqual(given.map(({ index }) => index));
      const classes = order.map((index) => Math.floor(Math.log2(Math.max(given[index]?.weight ?? 0, 1))));
      expect(classes).toEqual([...classes].sort((a, b) => b - a));
    }),
  );
});

test("shards of similar weight do not come in the order of their ids", () => {
  const order = taskOrder(Array.from({ length: 100 }, (_, index) => ({ index, weight: 1000 + index / 100 })));
  const neighbours = order.filter((index, k) => Math.abs(index - (order[k - 1] ?? Number.NaN)) === 1);
  expect(neighbours.length).toBeLessThan(10);
});
