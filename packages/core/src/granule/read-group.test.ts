import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf } from "@zagg/healpix";
import { type Column, MISSING } from "@zagg/stats";
import { fileSource } from "@zagg/storage";
import {
  type SampleBeam,
  type SampleColumn,
  type SampleGranule,
  sampleGranules,
  writeGranule,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import type { DatasetConfig, DatasetFilter } from "../terms/index.js";
import { type GranuleResult, readGranule } from "./read-granule.js";
import { MISSING_COORDINATES } from "./read-group.js";
import { type ReadSpec, readSpec } from "./read-spec.js";

const SEGMENTS = "/{group}/land_ice_segments";
const spec = readSpec(defaultConfig(), ["h_li", "s_li", "latitude"]);
const [granule] = sampleGranules as readonly [SampleGranule];
const target = {
  parentOrder: 6,
  childOrder: 12,
  latitude: "authalic",
  shard: cellOf(6, 10, -75, "authalic"),
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-group-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Ten rows in one cell of a shard. */
async function written(
  name: string,
  columns: Record<string, SampleColumn>,
  fills: Record<string, number> = {},
  attributes: SampleBeam["attributes"] = {},
) {
  const path = join(folder, name);
  await writeGranule(path, { ...granule, beams: [{ name: "gt1l", columns, fills, attributes }] });
  return path;
}
const HERE = {
  latitude: new Float64Array(10).fill(-75),
  longitude: new Float64Array(10).fill(10),
  atl06_quality_summary: new Int8Array(10),
  h_li: Float32Array.from({ length: 10 }, (_, i) => i),
  h_li_sigma: new Float32Array(10).fill(0.1),
};
const read = (path: string, change: Partial<ReadSpec> = {}) =>
  readGranule("a.h5", () => fileSource(path), { ...spec, ...change }, target);

const heights = ({ points }: GranuleResult) =>
  points[0]?.columns.get("h_li") ?? { values: new Float64Array() };

describe("stored types", () => {
  test("64-bit integers come as doubles, their fill is marked", async () => {
    const h_li = BigInt64Array.from({ length: 10 }, (_, i) => 2n ** 40n + BigInt(i));
    const { points } = await read(await written("wide.h5", { ...HERE, h_li }, { h_li: 2 ** 40 + 3 }));
    const column = points[0]?.columns.get("h_li") as Column;
    expect(column.values).toEqual(Float64Array.from(h_li, Number));
    expect(column.missing?.indexOf(1)).toBe(3);
  });

  test("coordinates may be float32, and integers columns", async () => {
    const latitude = Float32Array.from(HERE.latitude);
    const h_li = new Int32Array(10).fill(-5);
    const { points } = await read(await written("narrow.h5", { ...HERE, latitude, h_li }));
    expect(points[0]?.columns.get("latitude")?.values).toEqual(HERE.latitude);
    expect(points[0]?.columns.get("h_li")?.values).toEqual(h_li);
  });
});

describe("values as the attributes say, and the config in their place", () => {
  test("packed coordinates: rows lie where they do unpacked, limits and fills are those of stored values", async () => {
    const packed = { scale_factor: 1e-7 };
    const path = await written(
      "packed.h5",
      {
        ...HERE,
        latitude: new Int32Array(10).fill(-750_000_000).with(2, -1).with(3, -950_000_000),
        longitude: new Int32Array(10).fill(100_000_000).with(4, 2147483647),
      },
      { latitude: -1, longitude: 2147483647 },
      { latitude: { ...packed, valid_min: Int32Array.of(-900_000_000) }, longitude: packed },
    );
    const { points, dropped } = await read(path);
    expect(points[0]?.columns.get("h_li")?.values).toEqual(Float32Array.of(0, 1, 5, 6, 7, 8, 9));
    expect(points[0]?.columns.get("latitude")?.values[0]).toBe(-750_000_000 * 1e-7);
    expect(dropped).toEqual({ [MISSING_COORDINATES]: 3 });
  });

  test("a fill of 0 is a place on the equator, and no fault of a flag", async () => {
    const path = await written(
      "zero.h5",
      { ...HERE, latitude: new Float64Array(10), longitude: new Float64Array(10) },
      { latitude: 0, longitude: 0, atl06_quality_summary: 0 },
    );
    const there = { ...target, shard: cellOf(6, 0, 0, "authalic") };
    const { points, dropped } = await readGranule("a.h5", () => fileSource(path), spec, there);
    expect(points[0]?.ranks).toHaveLength(10);
    expect(dropped).toEqual({});
  });

  test("packed columns are scaled, whatever is missing in them is marked", async () => {
    const h_li = Int32Array.from({ length: 10 }, (_, i) => 1000 * i)
      .with(3, -9999)
      .with(4, 77_000_000);
    const path = await written(
      "scaled.h5",
      { ...HERE, h_li },
      {},
      {
        h_li: {
          scale_factor: 0.001,
          add_offset: 5,
          missing_value: -9999,
          valid_max: Int32Array.of(9_000_000),
        },
      },
    );
    const { values, missing } = heights(await read(path));
    expect(values[9]).toBe(9000 * 0.001 + 5);
    expect(missing).toEqual(new Uint8Array(10).with(3, MISSING.fill).with(4, MISSING.range));
  });

  test("filters compare decoded values, or stored ones where they say raw", async () => {
    const quality = Int8Array.of(0, 1, 2, 3, -1, -2, 0, 0, 0, 0);
    const dataset = `${SEGMENTS}/atl06_quality_summary`;
    const path = await written(
      "filter.h5",
      { ...HERE, atl06_quality_summary: quality },
      {},
      {
        atl06_quality_summary: { scale_factor: 0.5, _Unsigned: "true", missing_value: Int8Array.of(-1) },
      },
    );
    const kept = async (filter: Omit<DatasetFilter, "dataset">, of: DatasetConfig = dataset) => {
      const { points, dropped } = await read(path, { filters: [{ dataset: of, ...filter }] });
      const rows = points.flatMap(({ columns }) => [...(columns.get("h_li") as Column).values]);
      expect(Object.values(dropped)).toEqual([10 - rows.length]);
      return rows;
    };
    expect(await kept({ op: "ge", value: 1 })).toEqual([2, 3, 5]); // 254 · 0.5; 255 is missing
    expect(await kept({ op: "lt", value: 1 })).toEqual([0, 1, 6, 7, 8, 9]);
    expect(await kept({ op: "lt", value: 1, raw: true })).toEqual([0, 4, 5, 6, 7, 8, 9]);
    expect(await kept({ op: "eq", value: -1 }, { path: dataset, decode: false })).toEqual([4]);
    expect(await kept({ op: "eq", value: 1.5 }, { path: dataset, fill: 0 })).toEqual([3]);
  });

  test("the config says what the file does not", async () => {
    const h_li = new Float32Array(10).fill(2).with(1, -9999).with(2, 500);
    const columns = [
      { name: "h_li", dataset: { path: `${SEGMENTS}/h_li`, fill: -9999, validMax: 100, scaleFactor: 3 } },
    ];
    const { values, missing } = heights(await read(await written("said.h5", { ...HERE, h_li }), { columns }));
    expect(values[0]).toBe(6);
    expect(missing).toEqual(new Uint8Array(10).with(1, MISSING.fill).with(2, MISSING.range));
  });
});

test("a group of a single row has a point", async () => {
  const one = Object.fromEntries(Object.entries(HERE).map(([name, column]) => [name, column.slice(0, 1)]));
  const { points, rowsScanned } = await read(await written("one.h5", one));
  expect(points.map(({ ranks }) => ranks.length)).toEqual([1]);
  expect(rowsScanned).toBe(1);
});

describe("a granule that is not what the config says", () => {
  test("a dataset of another length fails the granule; the groups that could be read are counted", async () => {
    const path = await written("short.h5", { ...HERE, h_li: new Float32Array(9) });
    const { failure, ...counts } = await read(path);
    expect(failure).toMatchObject({
      kind: "unsupported",
      code: "length-mismatch",
      message:
        "a.h5: /gt1l/land_ice_segments/h_li has 9 rows, but /gt1l/land_ice_segments/latitude has 10; \
every dataset of a group must give one value per row, or say which: /gt1l/land_ice_segments/h_li[:, 0] is one of several, \
/gt1l/land_ice_segments/h_li[0] a constant, and join is for another rate",
    });
    expect(counts).toMatchObject({ failedGroups: 1, absentGroups: 5, emptyGroups: 0, rowsScanned: 0 });
  });

  test("a dataset that is missing in a group that is there is a failure, not an absent group", async () => {
    const { h_li: _, ...columns } = HERE;
    const { failure, absentGroups } = await read(await written("missing.h5", columns));
    expect(failure).toMatchObject({ kind: "unsupported", code: "not-found", granule: "a.h5" });
    expect(failure?.message).toMatch(/h_li does not exist/);
    expect(absentGroups).toBe(5);
    const { latitude: __, ...placeless } = HERE;
    expect((await read(await written("placeless.h5", placeless))).failure?.code).toBe("not-found");
  });

  test("a group that is there with none of the datasets is absent, where others are whole", async () => {
    const path = join(folder, "left-empty.h5");
    const beams = [
      { name: "gt1l", columns: { other: new Int8Array(3) }, fills: {} },
      { name: "gt1r", columns: HERE, fills: {} },
    ];
    await writeGranule(path, { ...granule, beams });
    const { failure, absentGroups, points } = await read(path);
    expect(failure).toBeUndefined();
    expect(absentGroups).toBe(5);
    expect(points.map(({ group }) => spec.groups[group])).toEqual(["gt1r"]);
  });

  test("where no group has the datasets, it is another product, and told which part is not there", async () => {
    const path = await written("another.h5", { other: new Int8Array(3) });
    const { failure, absentGroups } = await read(path);
    expect(failure).toMatchObject({
      kind: "unsupported",
      code: "no-groups",
      message:
        "a.h5: gt1l is there, but /gt1l/land_ice_segments/latitude is not: is this the product that the config is for?",
    });
    expect(absentGroups).toBe(6);
    const deeper = Object.fromEntries(
      ["latitude", "longitude"].map((name) => [name, `/{group}/land_segments/${name}`]),
    );
    const { failure: deep } = await read(path, { ...deeper, filters: [], columns: [] });
    expect(deep?.message).toMatch(/^a\.h5: gt1l is there, but \/gt1l\/land_segments is not/);
  });

  test("a path without groups is never absent", async () => {
    const path = await written("root.h5", HERE);
    const { failure } = await read(path, { groups: [""], latitude: "/nowhere/latitude" });
    expect(failure).toMatchObject({ kind: "unsupported", code: "not-found" });
    const columns = [{ name: "h_li", dataset: "gt1l/land_ice_segments/h_li" }];
    const inRoot = { groups: [""], latitude: "gt1l/land_ice_segments/latitude", columns, filters: [] };
    const { points } = await read(path, { ...inRoot, longitude: "/gt1l/land_ice_segments/longitude" });
    expect(points[0]?.ranks).toHaveLength(10);
  });

  test("a group in place of a dataset", async () => {
    const path = await written("group.h5", HERE);
    const { failure } = await read(path, { longitude: SEGMENTS });
    expect(failure).toMatchObject({ kind: "unsupported", code: "wrong-kind" });
  });

  test("no HDF5 at all is corrupt, and stamped, so that a mended one is noticed", async () => {
    const path = join(folder, "a.h5");
    await writeFile(path, "not HDF5 ".repeat(1000));
    const { failure, version, metrics } = await read(path);
    expect(failure).toMatchObject({ kind: "corrupt", code: "not-hdf5", granule: "a.h5" });
    expect(failure?.message.match(/a\.h5/g)).toHaveLength(1);
    expect(version?.size).toBe(9000);
    expect(metrics.requests).toBeGreaterThan(0);
  });
});
