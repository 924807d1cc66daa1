import type { Column } from "@zagg/stats";
import { expect, test } from "vitest";
import { assemblePoints } from "./assemble-points.js";
import type { GranuleResult } from "./read-granule.js";
import type { ReadSpec } from "./read-spec.js";
import type { GroupPoints } from "./stored-points.js";

const spec: ReadSpec = {
  groups: ["left", "right"],
  latitude: "/{group}/lat",
  longitude: "/{group}/lon",
  columns: [{ name: "h", dataset: "/{group}/h" }],
  implicit: ["latitude", "granule", "group"],
  filters: [],
};

function granule(...points: readonly GroupPoints[]): GranuleResult {
  return {
    id: "a.h5",
    metrics: { requests: 0, bytes: 0, retries: 0, waitMs: 0 },
    points,
    absentGroups: 0,
    emptyGroups: 0,
    failedGroups: 0,
    rowsScanned: 0,
    dropped: {},
  };
}

function group(at: number, ranks: readonly number[], h: Column): GroupPoints {
  const latitude = { values: Float64Array.from(ranks, (rank) => -rank) };
  return {
    group: at,
    ranks: Uint32Array.from(ranks),
    columns: new Map([
      ["h", h],
      ["latitude", latitude],
    ]),
  };
}

test("granules behind each other, then groups, then rows, with the index of each", () => {
  const { points, ranks } = assemblePoints(
    [
      granule(
        group(0, [5, 3], { values: Float32Array.of(1, 2) }),
        group(1, [9], { values: Float32Array.of(3) }),
      ),
      granule(),
      granule(group(1, [3, 3], { values: Float32Array.of(4, 5) })),
    ],
    spec,
  );
  expect([...ranks]).toEqual([5, 3, 9, 3, 3]);
  expect(points.length).toBe(5);
  expect(Object.fromEntries(points.columns)).toEqual({
    h: { values: Float32Array.of(1, 2, 3, 4, 5) },
    latitude: { values: Float64Array.of(-5, -3, -9, -3, -3) },
    granule: { values: Uint32Array.of(0, 0, 0, 2, 2) },
    group: { values: Uint32Array.of(0, 0, 1, 1, 1) },
  });
});

test("marks of missing values keep their places where some parts have none", () => {
  const { points } = assemblePoints(
    [
      granule(group(0, [1, 2], { values: Float32Array.of(1, 2) })),
      granule(group(0, [3, 4], { values: Float32Array.of(3, 4), missing: Uint8Array.of(0, 1) })),
      granule(group(0, [5], { values: Float32Array.of(5) })),
    ],
    spec,
  );
  expect(points.columns.get("h")?.missing).toEqual(Uint8Array.of(0, 0, 0, 1, 0));
});

test("a column that releases store in different types is float64", () => {
  const { points } = assemblePoints(
    [
      granule(group(0, [1], { values: Float32Array.of(1.5) })),
      granule(group(0, [2], { values: Int32Array.of(2 ** 31 - 1) })),
    ],
    spec,
  );
  expect(points.columns.get("h")?.values).toEqual(Float64Array.of(1.5, 2 ** 31 - 1));
});

test("of nothing: columns without values", () => {
  const { points, ranks } = assemblePoints([], { ...spec, implicit: [] });
  expect(ranks).toHaveLength(0);
  expect(points).toEqual({ length: 0, columns: new Map([["h", { values: new Float64Array(0) }]]) });
});
