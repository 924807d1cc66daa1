import type { Hdf5Dataset, Hdf5File } from "@zagg/hdf5";
import { describe, expect, test } from "vitest";
import { openTrack } from "./open-track.js";

const spec = {
  latitude: "/{group}/lat",
  longitude: "/{group}/lon",
  filters: [],
  columns: [{ name: "h", dataset: "/{group}/h" }],
};

/** A file of which only shapes are asked. */
const file = (shapes: Record<string, number[]>) =>
  ({
    dataset: async (path: string) => ({ path, shape: shapes[path] }) as unknown as Hdf5Dataset,
  }) as Hdf5File;
const open = (h: number[], lon = [10]) =>
  openTrack(file({ "/a/lat": [10], "/a/lon": lon, "/a/h": h }), spec, "a");

test("one value per row, also where each is a row of one", async () => {
  expect(await open([10])).toMatchObject({
    rows: 10,
    columns: [{ dataset: { path: "/a/h" }, purpose: "column" }],
  });
  expect(await open([10, 1, 1], [10, 1])).toMatchObject({ rows: 10, longitude: { purpose: "coordinate" } });
});

describe("anything else is told by the row", () => {
  test.each([
    [[10, 2], "/a/h has 2 values per row"],
    [[2, 5, 3], "/a/h has 15 values per row"],
    [[9], "/a/h has 9 rows, but /a/lat has 10"],
    [[], "/a/h is a single value"],
  ])("%j", async (shape, message) => {
    await expect(open(shape)).rejects.toMatchObject({
      code: "length-mismatch",
      message: `${message}; every dataset of a group must give one value per row`,
    });
  });
});

test("a column that is a coordinate is read as one", async () => {
  const columns = [{ name: "lat", dataset: { path: "/{group}/lat", fill: 3 } }];
  const track = await openTrack(file({ "/a/lat": [1], "/a/lon": [1] }), { ...spec, columns }, "a");
  expect(track).toMatchObject({ columns: [{ purpose: "coordinate", decoding: { fill: 3 } }] });
});
