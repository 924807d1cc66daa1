import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf } from "@zagg/healpix";
import type { Column } from "@zagg/stats";
import { fileSource } from "@zagg/storage";
import { type SampleColumn, type SampleGranule, sampleGranules, writeGranule } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import { readGranule } from "./read-granule.js";
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
) {
  const path = join(folder, name);
  await writeGranule(path, { ...granule, beams: [{ name: "gt1l", columns, fills }] });
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

describe("a granule that is not what the config says", () => {
  test("a dataset of another length fails the granule; the groups that could be read are counted", async () => {
    const path = await written("short.h5", { ...HERE, h_li: new Float32Array(9) });
    const { failure, ...counts } = await read(path);
    expect(failure).toMatchObject({
      kind: "unsupported",
      code: "length-mismatch",
      message:
        "a.h5: /gt1l/land_ice_segments/h_li has shape [9], but /gt1l/land_ice_segments/latitude has [10]; \
every dataset of a group must give one value per row",
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
