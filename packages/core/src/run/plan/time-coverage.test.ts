import { describe, expect, test } from "vitest";
import { catalog, config, planOf } from "../../testing/sample-run.js";
import { planProduct } from "./plan-product.js";
import { timeCoverage } from "./time-coverage.js";

const NAMES = [
  "ATL06_20190222031203_08500210_006_02.h5",
  "processed_ATL06_20190110031203_08500210_006_02.h5",
  "ATL06_20190401120000_08500211_006_02.h5",
];

/** A plan of one shard of the granules at `used`. */
const plan = (names: readonly string[], used = names.map((_, i) => i)) => ({
  granules: names.map((id) => ({ id })),
  shards: [{ id: "-5121111", nested: 0, granules: used }],
});

describe("the time coverage of a product", () => {
  test("is from the first to the last time in its granules' names", () => {
    expect(timeCoverage(plan(NAMES))).toEqual({
      time_coverage_start: "2019-01-10T03:12:03Z",
      time_coverage_end: "2019-04-01T12:00:00Z",
      time_coverage_comment: expect.stringMatching(/tells its beginning alone goes on for some minutes/),
    });
  });

  test("is of the granules that its shards are made of", () => {
    expect(timeCoverage(plan([...NAMES, "track.h5"], [0, 1]))).toMatchObject({
      time_coverage_start: "2019-01-10T03:12:03Z",
      time_coverage_end: "2019-02-22T03:12:03Z",
    });
  });

  test.each([
    ["a name tells no time", ["track.h5", ...NAMES]],
    ["names tell of cycles", ["ATL11_005411_0321_006_01.h5"]],
    ["a name tells a day that there is not", ["ATL06_20190230031203_08500210_006_02.h5"]],
    ["there are no granules", []],
  ])("is not told where %s", (_, names) => {
    expect(timeCoverage(plan(names))).toEqual({});
  });
});

describe("the attributes of a product's group", () => {
  const attrsOf = (attrs: Record<string, string>) =>
    planProduct(planOf(catalog, { attrs: { title: "Heights", ...attrs } })).groupAttrs;

  test("tell it, whatever times the catalog has", () => {
    const granules = catalog.granules.map((granule) => ({ ...granule, start: "2001-01-01T00:00:00Z" }));
    const { groupAttrs } = planProduct(planOf({ ...catalog, granules }));
    expect(groupAttrs).toEqual({ ...config.attrs, ...timeCoverage(planOf()) });
    expect(groupAttrs.time_coverage_start).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("have the config's own times where it tells one", () => {
    const start = { title: "Heights", time_coverage_start: "2019" };
    expect(attrsOf({ time_coverage_start: "2019" })).toEqual(start);
    expect(attrsOf({ time_coverage_comment: "ours" })).toMatchObject({
      time_coverage_comment: "ours",
      time_coverage_end: timeCoverage(planOf()).time_coverage_end,
    });
  });
});
