import { describe, expect, test } from "vitest";
import { runsOf, valuesInRuns } from "./runs.js";

const NONE = Number.NaN;
const valuesOf = (begins: number[], { counts, base = 1 }: { counts?: number[]; base?: number } = {}) => {
  const table = { path: "/b", begins: Float64Array.from(begins), base, points: 10 };
  const runs = runsOf({ ...table, counts: counts && Float64Array.from(counts) });
  return [
    ...valuesInRuns(
      runs,
      Uint32Array.from({ length: 10 }, (_, i) => i),
    ),
  ];
};

describe("points of runs", () => {
  test("from each first point to the next one's, exact at both ends", () => {
    expect(valuesOf([1, 4, 10])).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 2]);
    expect(valuesOf([0, 3, 9], { base: 0 })).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 2]);
    expect(valuesOf([4])).toEqual([-1, -1, -1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("values without points have none: at 0, missing, or where the next begins", () => {
    expect(valuesOf([0, 1, 0, NONE, 6, 6, 0])).toEqual([1, 1, 1, 1, 1, 5, 5, 5, 5, 5]);
    expect(valuesOf([0, 0])).toEqual(new Array(10).fill(-1));
    expect(valuesOf([])).toEqual(new Array(10).fill(-1));
  });

  test("with counts, points between runs have no value", () => {
    expect(valuesOf([2, 2, 6], { counts: [0, 3, 5] })).toEqual([-1, 1, 1, 1, -1, 2, 2, 2, 2, 2]);
    expect(valuesOf([1, 10], { counts: [2, 1] })).toEqual([0, 0, -1, -1, -1, -1, -1, -1, -1, 1]);
  });

  test("only some points are asked for", () => {
    const runs = runsOf({ path: "/b", begins: Float64Array.of(0, 5), base: 0, points: 10 });
    expect([...valuesInRuns(runs, Uint32Array.of(4, 5, 9))]).toEqual([0, 1, 1]);
  });
});

describe("a table of other points is told", () => {
  test.each([
    [[1, 11], {}, "/b[1] is 11, which leads beyond the last of 10 points"],
    [[1, 6], { counts: [5, 6] }, "/b[1] is 6, which leads beyond the last of 10 points"],
    [[5, 1], {}, "/b[1] is 1, which is before the end of the ones before it"],
    [[1, 3], { counts: [3, 2] }, "/b[1] is 3, which is before the end"],
  ])("%j %j", (begins, more, message) => {
    expect(() => valuesOf(begins, more)).toThrow(message);
  });
});
