import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf } from "@zagg/healpix";
import { fileSource } from "@zagg/storage";
import { writeHdf5 } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatasetConfig, FilterConfig } from "../terms/index.js";
import { readGranule } from "./read-granule.js";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-column-"));
  path = join(folder, "a.h5");
  const coordinates = (beam: string) => ({
    [`/${beam}/lat`]: { values: new Float64Array(4).fill(-75) },
    [`/${beam}/lon`]: { values: new Float64Array(4).fill(10) },
    [`/${beam}/height`]: { values: Float64Array.of(1, 2, 3, 4) },
    [`/${beam}/table`]: { values: Int16Array.of(5, 6, 7, 8, 9, 10), shape: [3, 2] },
  });
  await writeHdf5(path, {
    "/": { attributes: { list: Float64Array.of(1.5, 2.5), words: "two words" } },
    "/a": { attributes: { type: "strong", spot: "3" } },
    ...coordinates("a"),
    "/b": { attributes: { type: "weak", spot: "4" } },
    ...coordinates("b"),
    "/empty/other": { values: Float64Array.of(1) },
  });
});
afterAll(() => rm(folder, { recursive: true }));

const target = {
  parentOrder: 6,
  childOrder: 12,
  latitude: "authalic",
  shard: cellOf(6, 10, -75, "authalic"),
} as const;

async function read(dataset: DatasetConfig, filters: readonly FilterConfig[] = [], groups = ["a", "b"]) {
  const coordinates = { latitude: "/{group}/lat", longitude: "/{group}/lon" };
  const columns = [{ name: "x", dataset }];
  const spec = { groups, ...coordinates, columns, implicit: [], filters };
  const { points, failure, dropped, absentGroups } = await readGranule(
    "a.h5",
    () => fileSource(path),
    spec,
    target,
  );
  return {
    values: points.map(({ columns }) => [...(columns.get("x")?.values ?? [])]),
    failure,
    dropped,
    absentGroups,
  };
}

test("attributes of a group, of the file, and places of datasets are the same at all points", async () => {
  const same = (...numbers: number[]) => numbers.map((number) => new Array(4).fill(number));
  expect((await read("/{group}@spot")).values).toEqual(same(3, 4));
  expect((await read({ path: "/{group}@spot", scaleFactor: 2 })).values).toEqual(same(6, 8));
  expect((await read("/@list[-1]")).values).toEqual(same(2.5, 2.5));
  expect((await read("/a/table[2, 0]")).values).toEqual(same(9, 9));
});

test("text of an attribute decides on whole groups", async () => {
  const of = async (op: "eq" | "ne" | "in" | "not_in", value: string | string[]) => {
    const { values, dropped } = await read("/{group}/height", [{ dataset: "/{group}@type", op, value }]);
    return [values.length, ...Object.values(dropped)];
  };
  expect(await of("eq", "strong")).toEqual([1, 4]);
  expect(await of("ne", "strong")).toEqual([1, 4]);
  expect(await of("in", ["strong", "weak"])).toEqual([2]);
  expect(await of("not_in", ["strong", "weak"])).toEqual([0, 8]);
});

test("a group left empty is absent, whatever lies outside of the groups", async () => {
  const { values, absentGroups, failure } = await read("/a/table[0, 0]", [], ["a", "empty"]);
  expect(failure).toBeUndefined();
  expect({ points: values.length, absentGroups }).toEqual({ points: 1, absentGroups: 1 });
});

describe("what is not as the config says is told", () => {
  test.each([
    ["/{group}/heigth", '/a/heigth does not exist. Did you mean "height"?'],
    ["/{group}@spt", 'a.h5: /a has no attribute spt. Did you mean "spot"?'],
    ["/@list", "a.h5: /@list has 2 values; name one of them, as in /@list[0]"],
    ["/@list[2]", "a.h5: /@list has 2 values, none at 2"],
    ["/@words", 'a.h5: /@words is "two words", which is no number'],
    ["/a/table[3, 0]", "a.h5: /a/table has the shape [3, 2], without a place for [3, 0]"],
  ])("%s", async (dataset, message) => {
    const { failure } = await read(dataset);
    expect(failure).toMatchObject({ kind: "unsupported" });
    expect(failure?.message).toContain(message);
  });

  test("a longitude that is misspelt", async () => {
    const spec = {
      groups: ["a"],
      latitude: "/{group}/lat",
      longitude: "/{group}/lom",
      columns: [],
      implicit: [],
      filters: [],
    };
    const { failure } = await readGranule("a.h5", () => fileSource(path), spec, target);
    expect(failure?.message).toMatch(/\/a\/lom does not exist\. Did you mean "lon"\?/);
  });

  test("coordinates that are misspelt in all groups, as another product would be", async () => {
    const spec = {
      groups: ["a", "b"],
      latitude: "/{group}/lta",
      longitude: "/{group}/lno",
      columns: [],
      implicit: [],
      filters: [],
    };
    const { failure } = await readGranule("a.h5", () => fileSource(path), spec, target);
    expect(failure?.message).toMatch(/is this the product that the config is for\? Did you mean "lat"\?/);
  });
});
