import type { Hdf5File } from "@zagg/hdf5";
import { describe, expect, test } from "vitest";
import { openTrack } from "./open-track.js";

const spec = {
  groups: ["a"],
  latitude: "/{group}/lat",
  longitude: "/{group}/lon",
  filters: [],
  columns: [{ name: "h", dataset: "/{group}/h" }],
};

/** A file of which only shapes are asked, and the value of a constant. */
const file = (shapes: Record<string, number[]>) =>
  ({
    dataset: async (path: string) => ({
      path,
      shape: shapes[path],
      dtype: { class: "float", size: 8, littleEndian: true },
      attributes: async () => ({}),
    }),
    readMany: async () => [Float64Array.of(7)],
  }) as unknown as Hdf5File;
interface Others {
  readonly lat?: number[];
  readonly lon?: number[];
  readonly of?: string;
}
const open = (h: number[], { lat = [10], lon, of = "/{group}/h" }: Others = {}) =>
  openTrack(
    file({ "/a/lat": lat, "/a/lon": lon ?? lat, "/a/h": h }),
    { ...spec, columns: [{ name: "h", dataset: of }] },
    "a",
  );

test("one value per row, also where each is a row of one", async () => {
  expect(await open([10])).toMatchObject({
    points: 10,
    columns: [{ dataset: { path: "/a/h" }, purpose: "column" }],
  });
  expect(await open([10, 1, 1], { lon: [10, 1] })).toMatchObject({
    points: 10,
    longitude: { purpose: "coordinate" },
  });
});

test("an index takes one of several values, from the end too; a scalar, or one place, is a constant", async () => {
  const selection = async (h: number[], of: string) => {
    const track = await open(h, { of });
    return "missing" in track ? track : track.columns[0];
  };
  expect(await selection([10, 5], "/{group}/h[:, 2]")).toMatchObject({ selection: { width: 1, stored: 5 } });
  expect(await selection([10, 5, 3], "/{group}/h[..., -1, 0]")).toMatchObject({
    selection: { places: Uint32Array.of(12) },
  });
  expect(await selection([4, 10], "/{group}/h[2, :]")).toMatchObject({
    selection: { firstRow: 2, rows: 1, width: 10 },
  });
  const constant = { value: Float64Array.of(7) };
  expect(await selection([], "/{group}/h")).toMatchObject(constant);
  expect(await selection([], "/{group}/h[()]")).toMatchObject(constant);
  expect(await selection([1], "/{group}/h[0]")).toMatchObject(constant);
});

test("a swath's points are its values, in C order; what has one value a row of it has that for all of them", async () => {
  expect(await open([10, 5], { lat: [10, 5] })).toMatchObject({ points: 50 });
  expect(await open([10], { lat: [10, 5] })).toMatchObject({
    points: 50,
    columns: [{ spread: { kind: "repeat", times: 5 } }],
  });
  expect(await open([10, 5], { lat: [1, 10, 5] })).toMatchObject({ points: 50 });
});

describe("anything else is told", () => {
  const WHICH =
    "; every dataset of a group must give one value per row, or say which: /a/h[:, 0] is one of several, /a/h[0] a \
constant, and join is for another rate";

  test.each([
    [[10, 2], {}, `/a/h has 2 values per row${WHICH}`],
    [[10, 5, 3], {}, `/a/h has 15 values per row${WHICH}`],
    [[2, 5, 3], {}, `/a/h has the shape [2, 5, 3], but /a/lat [10]${WHICH}`],
    [[9], {}, `/a/h has 9 rows, but /a/lat has 10${WHICH}`],
    [[1], {}, `/a/h has 1 rows, but /a/lat has 10${WHICH}`],
    [[5, 10], { lat: [10, 5] }, `/a/h has the shape [5, 10], but /a/lat [10, 5]${WHICH}`],
    [[10, 5], { of: "/{group}/h[:, 5]" }, "/a/h has the shape [10, 5], without a place for [:, 5]"],
    [[10], { of: "/{group}/h[:, 0]" }, "/a/h has 1 dimensions, and the index [:, 0] has more"],
    [[10], { lat: [] }, "/a/lat is a single value; every dataset of a group must give one value per row"],
    [
      [10],
      { lat: [10, 5], lon: [10] },
      "coordinates of two shapes, /a/lat [10, 5] and /a/lon [10]; every dataset of a group must give one value per row",
    ],
  ])("%j %j", async (shape, others, message) => {
    await expect(open(shape, others)).rejects.toMatchObject({ code: "length-mismatch", message });
  });

  test("several values without {group}, where there are several groups", async () => {
    const opened = openTrack(
      file({ "/a/lat": [10], "/a/lon": [10], "/h": [3, 10] }),
      { ...spec, groups: ["a", "b"], columns: [{ name: "h", dataset: "/h[0]" }] },
      "a",
    );
    await expect(opened).rejects.toThrow("/h has several values, and no {group}");
  });
});

test("a column that is a coordinate is read as one", async () => {
  const columns = [{ name: "lat", dataset: { path: "/{group}/lat", fill: 3 } }];
  const track = await openTrack(file({ "/a/lat": [1], "/a/lon": [1] }), { ...spec, columns }, "a");
  expect(track).toMatchObject({ columns: [{ purpose: "coordinate", decoding: { fill: 3 } }] });
});
