import { describe, expect, test } from "vitest";
import { planOf } from "../../testing/sample-run.js";
import { planProblem } from "./plan-shape.js";

/** A plan as it lies in a store. Its shards are of no granule, of 0 and 1, and of 0, 1 and 3. */
const stored = () => JSON.parse(JSON.stringify(planOf()));

test("a plan that was written and read is one", () => {
  expect(planProblem(stored())).toBeUndefined();
});

test("datasets may be more than paths, and filters expressions", () => {
  const plan = stored();
  const { dataSource } = plan.config;
  dataSource.coordinates.latitude = { path: "/{group}/lat", scaleFactor: 1e-7 };
  dataSource.filters = [
    { dataset: { path: "/{group}/flags", decode: false }, op: "no_bits", value: 4 },
    { expression: "x > 1", columns: { x: { path: "/{group}/x", join: { repeat: 20 } } } },
  ];
  expect(planProblem(plan)).toBeUndefined();
  dataSource.filters = [{ op: "eq" }];
  expect(planProblem(plan)).toMatch(/^config\.dataSource\.filters\[0\]/);
});

describe("is no plan", () => {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document that is about to be broken
  const broken: [string, (plan: any) => void, RegExp][] = [
    [
      "another format",
      (p) => (p.format = "zagg-plan/0"),
      /^format: expected "zagg-plan\/2", found "zagg-plan\/0"$/,
    ],
    ["no shards", (p) => delete p.shards, /^shards: expected a list, found nothing$/],
    [
      "a part of a granule",
      (p) => (p.shards[1].granules[0] = 0.5),
      /^shards\[1\]\.granules\[0\]: expected a whole number, found 0.5$/,
    ],
    [
      "a granule before the first",
      (p) => (p.shards[1].granules[0] = -1),
      /^shards\[1\]\.granules\[0\]: expected a number of at least 0, found -1$/,
    ],
    ["a granule after the last", (p) => p.granules.splice(3), /^shard -\d+ has a granule at 3, of 3$/],
    ["granules out of order", (p) => p.shards[1].granules.reverse(), /^shard -\d+ has a granule at 0, of 4$/],
    ["a shard elsewhere", (p) => p.shards[1].nested++, /^shard -\d+ is not cell \d+$/],
    ["a shard of another order", (p) => (p.shards[1].id += "1"), /^shard -\d+ is not cell \d+$/],
    ["a shard twice", (p) => p.shards.splice(1, 1, p.shards[0]), /ids must ascend/],
    [
      "a fill that its type cannot hold",
      (p) => (p.config.aggregation.variables.count.fillValue = "NaN"),
      /^config\.aggregation\.variables\.count\.fillValue: expected a value of its dtype, found "NaN"$/,
    ],
    [
      "a fill that is neither",
      (p) => (p.config.aggregation.variables.count.fillValue = "none"),
      /\.count\.fillValue: expected a number or "NaN" or "Infinity" or "-Infinity", found "none"$/,
    ],
    [
      "a statistic that does not compile",
      (p) =>
        (p.config.aggregation.variables.h_mean = {
          ...p.config.aggregation.variables.h_mean,
          expression: "1 +",
        }),
      /h_mean/,
    ],
  ];

  test.each(broken)("%s", (_, damage, problem) => {
    const plan = stored();
    damage(plan);
    expect(planProblem(plan)).toMatch(problem);
  });

  test.each([undefined, null, 1, "plan", []])("%j", (document) => {
    expect(planProblem(document)).toMatch(/^the document: expected an object, found /);
  });
});
