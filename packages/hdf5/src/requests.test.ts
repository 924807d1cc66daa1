import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { type ByteSource, bytesSource, type Hdf5File, openHdf5 } from "./index.js";

/** The largest real granule here: its chunks lie behind the first read. */
const GRANULE = "atl06/ATL06_20181015021234_02510110_001_01.h5";
const BEAM = "/gt2l/land_ice_segments";

/** Bytes of the first read. */
const FIRST = 2 * 1024 * 1024;

/** Behind the granule, so that it is not read whole. */
const PADDING = 8 * 1024 * 1024;

/** Counts what is read, and answers a tick later, as a network does. */
function counted(
  bytes: Uint8Array,
  padding: number,
): ByteSource & { readonly reads: [offset: number, length: number][] } {
  const source = bytesSource(bytes, GRANULE);
  const reads: [number, number][] = [];
  return {
    ...source,
    reads,
    size: async () => bytes.length + padding,
    read: async (offset, length, options) => {
      reads.push([offset, length]);
      await new Promise((resolve) => setTimeout(resolve, 1));
      options?.signal?.throwIfAborted();
      const part = await source.read(offset, length, options);
      // Zeros where there is padding.
      const whole = new Uint8Array(length);
      whole.set(part);
      return whole;
    },
  };
}

function open(file: Hdf5File, ...names: string[]) {
  return Promise.all(names.map((name) => file.dataset(`${BEAM}/${name}`)));
}

describe.skipIf(!sharedData.present)(`requests (${sharedData.reason})`, () => {
  let source: ReturnType<typeof counted>;
  let file: Hdf5File;
  beforeEach(async () => {
    source = counted(new Uint8Array(readFileSync(dataPath(GRANULE))), PADDING);
    file = await openHdf5(source);
  });

  it("opens a file with one read of its front", () => {
    expect(source.reads).toEqual([[0, FIRST]]);
  });

  it("reads a small file whole", async () => {
    const small = counted(new Uint8Array(readFileSync(dataPath(GRANULE))), 0);
    await (await (await openHdf5(small)).dataset(`${BEAM}/h_li`)).read();
    expect(small.reads).toEqual([[0, await small.size()]]);
  });

  it.each<[string, number, (size: number) => (readonly [number, number])[]]>([
    ["whose end is far", PADDING, () => [[0, FIRST]]],
    [
      "that is then found to be small",
      0,
      (size) => [
        [0, FIRST],
        [FIRST, size - FIRST],
      ],
    ],
  ])(
    "asks a source that tells its size along for the front alone, of a file %s",
    async (_, padding, expected) => {
      const plain = counted(new Uint8Array(readFileSync(dataPath(GRANULE))), padding);
      const size = await plain.size();
      const opened = await openHdf5({
        ...plain,
        size: () => Promise.reject(new Error("the size costs a request")),
        readFront: async (length) => ({ bytes: await plain.read(0, Math.min(length, size)), size }),
      });
      expect(plain.reads).toEqual(expected(size));
      const [one, other] = await Promise.all([open(opened, "h_li"), open(file, "h_li")]);
      expect(await one[0]?.read()).toEqual(await other[0]?.read());
    },
  );

  it("reads hardly a byte twice", async () => {
    const names = ["latitude", "longitude", "h_li", "h_li_sigma", "atl06_quality_summary"];
    for (const beam of ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]) {
      const datasets = await Promise.all(
        names.map((name) => file.dataset(`${beam}/land_ice_segments/${name}`)),
      );
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
    expect(source.reads.length).toBeLessThan(30);
  });

  it("reads what is already there from the cache", async () => {
    const [latitude] = await open(file, "latitude");
    if (!latitude) return;
    await latitude.attributes();
    const before = source.reads.length;
    await latitude.attributes();
    expect(source.reads.length).toBe(before);
  });

  it("stops at an aborted signal, and goes on working afterwards", async () => {
    const [h] = await open(file, "h_li");
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
    await expect(openHdf5(short)).rejects.toMatchObject({ code: "truncated", url: GRANULE });
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
    const read = async () => (await again.dataset("gt3r/land_ice_segments/h_li")).read();
    await expect(read()).rejects.toThrow("the line is dead");
    broken = false;
    expect((await read()).length).toBeGreaterThan(0);
  });
});
