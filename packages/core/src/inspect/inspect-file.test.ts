import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSource, httpSource } from "@zagg/storage";
import { dataPath, sharedData, startHttpServer, writeHdf5 } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectFile } from "./inspect-file.js";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-inspect-"));
  path = join(folder, "a.h5");
  await writeHdf5(path, {
    "/": { attributes: { title: "a test" } },
    "/b/h": {
      values: Float32Array.of(41.539043, Number.NaN, 3, 4),
      chunks: [2],
      attributes: { units: "m", valid_range: Float64Array.of(0, 5) },
    },
    "/b/deep/flags": { values: Int8Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] },
    "/a": { values: BigInt64Array.of(2n ** 60n, 5n) },
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function inspect(at: string, options = {}) {
  const source = fileSource(at);
  return inspectFile(source, options).finally(() => source.close());
}

test("every object, a group before what lies in it, with types, filters, attributes and first values", async () => {
  const { objects, size } = await inspect(path);
  expect(size).toBeGreaterThan(1000);
  expect(objects).toEqual([
    { path: "/", kind: "group", attributes: { title: "a test" } },
    {
      path: "/a",
      kind: "dataset",
      shape: [2],
      dtype: "int64",
      first: ["1152921504606846976", 5],
      filters: undefined,
    },
    { path: "/b", kind: "group" },
    { path: "/b/deep", kind: "group" },
    { path: "/b/deep/flags", kind: "dataset", shape: [2, 3], dtype: "int8", first: [1, 2, 3] },
    {
      path: "/b/h",
      kind: "dataset",
      shape: [4],
      dtype: "float32",
      chunks: [2],
      filters: ["deflate"],
      attributes: { units: "m", valid_range: [0, 5] },
      first: [41.539043, "NaN", 3],
    },
  ]);
});

test("a part of it, and as many values as are wanted", async () => {
  const paths = async (options: object) => (await inspect(path, options)).objects.map((each) => each.path);
  expect(await paths({ path: "b/deep" })).toEqual(["/b/deep", "/b/deep/flags"]);
  expect(await paths({ path: "/b/h" })).toEqual(["/b/h"]);
  const [flags] = (await inspect(path, { path: "/b/deep/flags", values: 5 })).objects;
  expect(flags?.first).toEqual([1, 2, 3, 4, 5]);
  const [none] = (await inspect(path, { path: "/b/deep/flags", values: 0 })).objects;
  expect(none).not.toHaveProperty("first");
});

test("what is no HDF5, or not there, is told", async () => {
  await writeFile(join(folder, "text.h5"), "not HDF5 ".repeat(1000));
  await expect(inspect(join(folder, "text.h5"))).rejects.toMatchObject({
    kind: "config",
    code: "not-readable",
  });
  await expect(inspect(path, { path: "/b/c" })).rejects.toThrow(/\/b\/c does not exist/);
});

describe.skipIf(!sharedData.present)(`a real granule (${sharedData.reason})`, () => {
  test("over https by ranges: a part of its bytes, in few requests", async () => {
    const server = await startHttpServer({ root: dataPath("atl06_elsewhere") });
    const source = httpSource(`${server.url}/ATL06_20181013235645_02340114_209_01.h5`);
    try {
      const { objects, bytes, size } = await inspectFile(source, { path: "/gt1l" });
      expect(bytes).toBeLessThanOrEqual(size);
      const height = objects.find((each) => each.path === "/gt1l/land_ice_segments/h_li");
      expect(height).toMatchObject({ dtype: "float32", attributes: { units: "meters" } });
    } finally {
      await source.close();
      await server.close();
    }
  });
});
