import { describe, expect, it } from "vitest";
import { exercise } from "./fuzz/exercise.js";
import * as api from "./index.js";
import { bytesSource, Hdf5Error, isHdf5Error, openHdf5 } from "./index.js";
import { openTestFile, testFile } from "./testing/test-files.js";

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

describe("paths", () => {
  it("tell an absent group from an absent dataset", async () => {
    const file = await openTestFile("beams.h5");
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

  it("say so when they lead to another kind", async () => {
    const file = await openTestFile("beams.h5");
    await expect(file.dataset("/gt1l")).rejects.toMatchObject({ code: "wrong-kind", path: "/gt1l" });
    await expect(file.list("/gt1l/land_ice_segments/h_li")).rejects.toMatchObject({ code: "wrong-kind" });
  });

  it.each(["earliest.h5", "dense.h5"])("follow soft links, in %s", async (name) => {
    const file = await openTestFile(name);
    expect(await (await file.dataset("few/soft")).read()).toEqual(Int32Array.of(7));
    expect(await (await file.dataset("few/relative")).read()).toEqual(BigInt64Array.of(0n, 1n, 2n));
    await expect(file.dataset("few/circle")).rejects.toThrow(/more than 16 soft links/);
    await expect(file.dataset("few/nowhere")).rejects.toMatchObject({
      code: "not-found",
      component: "/none",
    });
    await expect(file.dataset("many/name 03")).rejects.toMatchObject({ code: "not-found" });
  });

  it("name links into other files", async () => {
    const file = await openTestFile("dense.h5");
    expect(await file.list()).toContainEqual({ name: "elsewhere", kind: "external-link" });
    await expect(file.dataset("elsewhere/y")).rejects.toMatchObject({
      code: "unsupported",
      feature: "the external link /elsewhere to other.h5",
    });
  });
});

describe("a dataset", () => {
  it("tells its form, and the fill value that its maker chose", async () => {
    const file = await openTestFile("dense.h5");
    expect(await file.dataset("holes")).toMatchObject({
      path: "/holes",
      shape: [100],
      chunkShape: [10],
      dtype: { class: "float", size: 4, littleEndian: true },
      fillValue: -9999,
    });
    const plain = await file.dataset("plain");
    expect(plain.fillValue).toBeUndefined();
  });

  it("limits what one call may give, or hold of stored bytes", async () => {
    const file = await openHdf5(bytesSource(testFile("dense.h5")), { maxReadBytes: 8 });
    const dataset = await file.dataset("deflate");
    await expect(dataset.read()).rejects.toMatchObject({ code: "too-large" });
    expect(await dataset.read({ rows: [1, 3] })).toHaveLength(2);
    await expect(file.fetchMany([{ dataset }])).rejects.toMatchObject({ code: "too-large" });
  });

  it("has no rows if it is a scalar", async () => {
    const dataset = await (await openTestFile("types.h5")).dataset("scalar");
    await expect(dataset.read({ rows: [0, 1] })).rejects.toMatchObject({
      code: "invalid-request",
      path: "/scalar",
    });
  });
});

describe("several datasets at once", () => {
  it("must hold numbers and be of this file", async () => {
    const file = await openTestFile("types.h5");
    const dataset = await file.dataset("strings");
    await expect(file.readMany([{ dataset }])).rejects.toMatchObject({
      code: "invalid-request",
      message: expect.stringMatching(/variable-string values where numbers are needed/),
    });
    const other = await openTestFile("types.h5");
    const strange = await other.dataset("f4-little");
    await expect(file.readMany([{ dataset: strange }])).rejects.toThrow("not a dataset of this file");
    await expect(file.fetchMany([{ dataset: strange }])).rejects.toThrow("not a dataset of this file");
  });

  it("are none, if none is asked for", async () => {
    const file = await openTestFile("types.h5");
    expect(await file.readMany([])).toEqual([]);
    expect(await file.fetchMany([])).toEqual([]);
  });

  it("refuse rows that are not there, and say of which", async () => {
    const file = await openTestFile("beams.h5");
    const dataset = await file.dataset("gt1l/land_ice_segments/h_li");
    const wrong = { code: "invalid-request", path: dataset.path, url: "beams.h5" };
    const [fetched] = await file.fetchMany([{ dataset }]);
    expect(() => fetched?.read([0, 3001])).toThrow(expect.objectContaining(wrong));
    await expect(file.readMany([{ dataset, rows: [[2, 1]] }])).rejects.toMatchObject(wrong);
  });

  it("are decoded of the rows that were fetched, and of no others", async () => {
    const file = await openTestFile("beams.h5");
    const dataset = await file.dataset("gt1l/land_ice_segments/h_li");
    const [fetched] = await file.fetchMany([{ dataset, rows: [[100, 200]] }]);
    const rows = await dataset.read({ rows: [100, 200] });
    expect(fetched?.read()).toEqual(rows);
    expect(fetched?.read([150, 200])).toEqual(rows.slice(50));
    const chunk = dataset.chunkShape?.[0] ?? 0;
    expect(() => fetched?.read([100, 200 + chunk])).toThrow(
      expect.objectContaining({ code: "invalid-request" }),
    );
  });

  it("take filters into account before anything is fetched", async () => {
    const file = await openTestFile("types.h5");
    const datasets = await Promise.all([file.dataset("i4-little"), file.dataset("lzf")]);
    await expect(file.fetchMany(datasets.map((dataset) => ({ dataset })))).rejects.toMatchObject({
      code: "unsupported",
    });
  });
});

it("leaves a Buffer as it is, whose slice() does not copy", async () => {
  const buffer = Buffer.from(testFile("types.h5"));
  const before = new Uint8Array(buffer);
  const read = await exercise(bytesSource(buffer));
  expect(read.failed).toBe(false);
  expect(buffer.equals(before)).toBe(true);
  expect(await exercise(bytesSource(before))).toEqual(read);
});

it("does not list what only looks like an object", async () => {
  const bytes = testFile("newest.h5");
  const address = Buffer.from(bytes).lastIndexOf("OHDR");
  // A header of version 1, which has no signature, without a message.
  bytes.fill(0, address, address + 16);
  bytes[address] = 1;
  const file = await openHdf5(bytesSource(bytes));
  await expect(file.list()).rejects.toMatchObject({ code: "corrupt", address });
});

it("keeps the place of an error that is told again further out", () => {
  const inner = new Hdf5Error("corrupt", "broken", { address: 7 });
  const outer = inner.within({ url: "a.h5", path: "/x" });
  expect(outer).toMatchObject({ code: "corrupt", address: 7, url: "a.h5", path: "/x", cause: inner });
  expect(outer.message).toBe("broken (/x, address 7, a.h5)");
  expect(isHdf5Error(outer)).toBe(true);
  expect(isHdf5Error(new Error("broken"))).toBe(false);
});
