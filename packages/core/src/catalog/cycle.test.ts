import { expect, test } from "vitest";
import { cycleOf, cycleToDates } from "./cycle.js";

test.each([
  [1, "2018-10-13", "2019-01-12"],
  [2, "2019-01-12", "2019-04-13"],
  [22, "2024-01-06", "2024-04-06"],
])("cycle %i", (cycle, startDate, endDate) => {
  expect(cycleToDates(cycle)).toEqual({ startDate, endDate });
});

test.each([0, -1, 1.5, 100, Number.NaN])("no cycle %d", (cycle) => {
  expect(() => cycleToDates(cycle)).toThrow(/numbered/);
});

test.each([
  ["ATL06_20181015021234_02510110_001_01.h5", 1],
  ["processed_ATL06_20190222155404_08580211_001_01.h5", 2],
  ["ATL03_20250104003608_02892602_007_01.h5", 26],
  ["ATL11_075212_0315_005_03.h5", undefined],
  ["GEDI02_A_2019162222610_O02812_04_T01244_02_003_01_V002.h5", undefined],
])("%s is of cycle %s", (granule, cycle) => {
  expect(cycleOf(granule)).toBe(cycle);
});
