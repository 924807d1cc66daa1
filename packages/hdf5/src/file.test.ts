import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { exercise } from "./fuzz/exercise.js";
import * as api from "./index.js";
import { bytesSource, Hdf5Error, isHdf5Error, openHdf5 } from "./index.js";

function load(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(dataPath(...path)));
}

const open = (...path: string[]) => openHdf5(bytesSource(load(...path), path.at(-1)));

it("hands on these names", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "Hdf5Error",
      "Hdf5UnsupportedError",
      "bytesSource",
      "isHdf5Error",
      "openHdf5",
    ]
  `);
});

describe("what is no HDF5 file", () => {
  it.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("<html>not found</html>")],
    ["zeros", new Uint8Array(5000)],
  ])("%s is refused", async (name, bytes) => {
    await expect(openHdf5(bytesSource(bytes, name))).rejects.toMatchObject({ code: "not-hdf5", url: name });
  });
});

describe.skipIf(!sharedData.present)(`paths and errors (${sharedData.reason})`, () => {
  const GRANULE = ["atl06", "ATL06_20181019020413_03120110_001_01.h5"] as const;

  it("tells an absent group from an absent dataset", async () => {
    const file = await open(...GRANULE);
    await expect(file.dataset("gt9x/land_ice_segments/h_li")).rejects.toMatchObject({
      code: "not-found",
      path: "/gt9x/land_ice_segments/h_li",
      component: "/gt9x",
    });
    await expect(file.dataset("/gt1l/land_ice_segments/height")).rejects.toMatchObject({
      code: "not-found",
      component: "/gt1l/land_ice_segments/height",
    });
    const below = file.dataset("/gt1l/land_ice_segments/h_li/x");
    await expect(below).rejects.toThrow("/gt1l/land_ice_segments/h_li is not a group");
  });

  it("says so when a path is of another kind", async () => {
    const file = await open(...GRANULE);
    await expect(file.dataset("/gt1l")).rejects.toMatchObject({ code: "wrong-kind", path: "/gt1l" });
    await expect(file.list("/gt1l/land_ice_segments/h_li")).rejects.toMatchObject({ code: "wrong-kind" });
  });

  it("leaves a Buffer as it is, whose slice() does not copy", async () => {
    const buffer = readFileSync(dataPath("hdf5", "pyfive", "new_style_groups.hdf5"));
    const before = new Uint8Array(buffer);
    const read = await exercise(bytesSource(buffer));
    expect(read.failed).toBe(false);
    expect(buffer.equals(before)).toBe(true);
    expect(await exercise(bytesSource(before))).toEqual(read);
  });

  it("does not list what only looks like an object", async () => {
    const bytes = load("hdf5", "pyfive", "issue23_A.nc");
    // The signature of a checksummed header becomes version and reserved byte of one without.
    bytes.set([1, 0], 239);
    await expect((await openHdf5(bytesSource(bytes))).list()).rejects.toMatchObject({
      code: "corrupt",
      address: 239,
    });
  });

  it("names the truncated file, and what is missing", async () => {
    const bytes = load(...GRANULE);
    await expect(openHdf5(bytesSource(bytes.subarray(0, -1), "cut.h5"))).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringMatching(
        /should be \d+ bytes long and is \d+: it is cut off, or one file of several \(cut\.h5\)/,
      ),
    });
  });

  it("reads members, kinds, attributes and fill values", async () => {
    const file = await open(...GRANULE);
    expect(await file.list("gt1l")).toEqual([{ name: "land_ice_segments", kind: "group" }]);
    expect(await file.list("gt1l/land_ice_segments")).toContainEqual({ name: "h_li", kind: "dataset" });
    expect((await file.attributes()).short_name).toBe("ATL06");
    const dataset = await file.dataset("gt1l/land_ice_segments/h_li");
    expect(dataset).toMatchObject({
      shape: [3],
      chunkShape: [10000],
      dtype: { class: "float", size: 4, littleEndian: true },
    });
    expect((await dataset.attributes())._FillValue).toBe(Math.fround(3.4028235e38));
  });

  it("refuses datasets of strings in readMany, and datasets of another file", async () => {
    const strings = await open("hdf5", "jhdf", "test_string_datasets_latest.hdf5");
    const dataset = await strings.dataset("fixed_length_ascii");
    await expect(strings.readMany([{ dataset }])).rejects.toMatchObject({
      code: "invalid-request",
      message: expect.stringMatching(/string values where numbers are needed/),
    });
    const other = await open("hdf5", "jhdf", "test_string_datasets_latest.hdf5");
    await expect(other.readMany([{ dataset }])).rejects.toThrow("not a dataset of this file");
  });

  it("refuses rows of a fetched dataset that are not there, and says of what", async () => {
    const file = await open(...GRANULE);
    const dataset = await file.dataset("gt1l/land_ice_segments/h_li");
    const [fetched] = await file.fetchMany([dataset]);
    const wrong = { code: "invalid-request", path: dataset.path, url: GRANULE.at(-1) };
    expect(() => fetched?.read([0, (dataset.shape[0] as number) + 1])).toThrow(
      expect.objectContaining(wrong),
    );
  });

  it("keeps to maxReadBytes", async () => {
    const bytes = load(...GRANULE);
    const file = await openHdf5(bytesSource(bytes), { maxReadBytes: 8 });
    const dataset = await file.dataset("gt1l/land_ice_segments/h_li");
    await expect(dataset.read()).rejects.toMatchObject({ code: "too-large" });
    expect(await dataset.read({ rows: [1, 3] })).toHaveLength(2);
    await expect(file.fetchMany([dataset])).rejects.toMatchObject({ code: "too-large" });
  });

  it("ends at soft links that lead to themselves", async () => {
    const file = await open("hdf5", "hdf5_official", "tgroup.h5");
    expect((await file.list()).length).toBeGreaterThan(0);
    const looped = await open("hdf5", "bes-hdf5", "vfd_swmr_group_compact_to_dense.h5");
    expect(await looped.list()).toBeInstanceOf(Array);
  });

  it("names external links", async () => {
    const file = await open("hdf5", "hdf5_official", "textlink.h5");
    const [link] = await file.list();
    expect(link?.kind).toBe("external-link");
    await expect(file.dataset(link?.name ?? "")).rejects.toMatchObject({ code: "unsupported" });
  });
});

it("keeps the place of an error that is told again further out", () => {
  const inner = new Hdf5Error("corrupt", "broken", { address: 7 });
  const outer = inner.within({ url: "a.h5", path: "/x" });
  expect(outer).toMatchObject({ code: "corrupt", address: 7, url: "a.h5", path: "/x", cause: inner });
  expect(outer.message).toBe("broken (/x, address 7, a.h5)");
  expect(isHdf5Error(outer)).toBe(true);
});
