import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { type ByteSource, type Hdf5File, openHdf5 } from "./index.js";
import { type CountingSource, countingSource } from "./testing/counting-source.js";
import { testFile } from "./testing/test-files.js";

/** Bytes of the first read. */
const FIRST = 2 * 1024 * 1024;

interface Granule {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** Zeros behind it, so that it is not read whole. */
  readonly padding: number;
  readonly beams: readonly string[];
  readonly variables: readonly string[];
  /** Fewer requests than this read all of that. */
  readonly requests: number;
}

const OURS: Granule = {
  name: "beams.h5",
  bytes: () => testFile("beams.h5"),
  padding: 0,
  beams: ["gt1l", "gt1r", "gt2l"],
  variables: ["latitude", "longitude", "h_li", "quality"],
  requests: 10,
};

/** The largest real granule here: its chunks lie behind the first read. */
const REAL: Granule = {
  name: "atl06/ATL06_20181015021234_02510110_001_01.h5",
  bytes: () => new Uint8Array(readFileSync(dataPath(REAL.name))),
  padding: 8 * 1024 * 1024,
  beams: ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"],
  variables: ["latitude", "longitude", "h_li", "h_li_sigma", "atl06_quality_summary"],
  requests: 30,
};

describe("requests for a file that is laid out as granules are", () => requestsFor(OURS));

describe.skipIf(!sharedData.present)(`requests for a real granule (${sharedData.reason})`, () =>
  requestsFor(REAL),
);

function requestsFor({ name, bytes, padding, beams, variables, requests }: Granule): void {
  let source: CountingSource;
  let file: Hdf5File;
  beforeEach(async () => {
    source = countingSource(bytes(), name, padding);
    file = await openHdf5(source);
  });

  const open = (file: Hdf5File, beam: string, ...names: string[]) =>
    Promise.all(names.map((name) => file.dataset(`${beam}/land_ice_segments/${name}`)));

  it("opens a file with one read of its front", () => {
    expect(source.reads).toEqual([[0, FIRST]]);
  });

  it("reads a small file whole", async () => {
    const small = countingSource(testFile("dense.h5"), "dense.h5");
    await (await (await openHdf5(small)).dataset("deflate")).read();
    expect(small.reads).toEqual([[0, await small.size()]]);
  });

  it("asks a source that tells its size along for the front alone", async () => {
    const plain = countingSource(bytes(), name, padding);
    const size = await plain.size();
    const opened = await openHdf5({
      ...plain,
      size: () => Promise.reject(new Error("the size costs a request")),
      readFront: async (length) => ({ bytes: await plain.read(0, Math.min(length, size)), size }),
    });
    expect(plain.reads).toEqual([[0, FIRST]]);
    const [one, other] = await Promise.all([open(opened, "gt2l", "h_li"), open(file, "gt2l", "h_li")]);
    expect(await one[0]?.read()).toEqual(await other[0]?.read());
  });

  it("reads hardly a byte twice", async () => {
    for (const beam of beams) {
      const datasets = await open(file, beam, ...variables);
      await file.readMany(datasets.slice(0, 2).map((dataset) => ({ dataset })));
      await file.readMany(datasets.slice(2).map((dataset) => ({ dataset, rows: [[0, 100]] })));
    }
    // A chunk that begins in a metadata line is fetched whole: that is all that may come twice.
    const distinct = new Uint8Array(await source.size());
    let total = 0;
    for (const [offset, length] of source.reads) {
      distinct.fill(1, offset, offset + length);
      total += length;
    }
    expect(total).toBeLessThan(1.02 * distinct.reduce((sum, seen) => sum + seen, 0));
    expect(source.reads.length).toBeLessThan(requests);
  });

  it("reads what is already there from the cache", async () => {
    const [latitude] = await open(file, "gt2l", "latitude");
    if (!latitude) return;
    await latitude.attributes();
    const before = source.reads.length;
    await latitude.attributes();
    expect(source.reads.length).toBe(before);
  });

  it("stops at an aborted signal, and goes on working afterwards", async () => {
    const [h] = await open(file, "gt2l", "h_li");
    if (!h) return;
    const abort = new AbortController();
    abort.abort();
    await expect(h.read({ signal: abort.signal })).rejects.toThrow(/abort/i);
    expect((await h.read()).length).toBe(h.shape[0]);
  });

  it("says when the source gives fewer bytes than asked for", async () => {
    const short: ByteSource = {
      ...source,
      read: async (offset, length) => (await source.read(offset, length)).subarray(0, -1),
    };
    await expect(openHdf5(short)).rejects.toMatchObject({ code: "truncated", url: name });
  });

  it("passes on what the source throws, once, and asks again the next time", async () => {
    let broken = true;
    const flaky: ByteSource = {
      ...source,
      read: async (offset, length) => {
        if (broken && offset > 0) throw new Error("the line is dead");
        return source.read(offset, length);
      },
    };
    const again = await openHdf5(flaky);
    const read = async () => (await again.dataset(`${beams.at(-1)}/land_ice_segments/h_li`)).read();
    await expect(read()).rejects.toThrow("the line is dead");
    broken = false;
    expect((await read()).length).toBeGreaterThan(0);
  });
}
