import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { ByteCache, Lease } from "./cache.js";
import { exercise } from "./fuzz/exercise.js";
import { type ByteSource, bytesSource, type Hdf5File, openHdf5, type TypedArray } from "./index.js";

/** The largest real granule here. */
const GRANULE = "atl06/ATL06_20181015021234_02510110_001_01.h5";
const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
const VARIABLES = ["h_li", "h_li_sigma", "atl06_quality_summary"];

/** Before the file, so that all of it lies behind the first read. */
const PADDING = 4 * 1024 * 1024;

interface Spoiling extends ByteSource {
  /** What came back, in bytes. */
  readonly bytes: { freed: number };
}

/** Gives copies, each after a while of its own, and spoils those that come back as memory is that is used again. */
function spoiling(whole: Uint8Array, seed = 1): Spoiling {
  const bytes = { freed: 0 };
  let state = seed;
  return {
    url: "spoiled",
    bytes,
    size: async () => whole.length,
    async read(offset, length) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      for (let ticks = state >>> 26; ticks > 0; ticks--) await null;
      return whole.slice(offset, offset + length);
    },
    free(buffers) {
      for (const part of buffers) {
        if (part.length === 0) throw new Error("freed twice");
        bytes.freed += part.length;
        part.fill(0xff);
        structuredClone(part.buffer, { transfer: [part.buffer as ArrayBuffer] });
      }
    },
  };
}

function load(path: string): Uint8Array {
  const file = readFileSync(dataPath(path));
  const padded = new Uint8Array(PADDING + file.length);
  padded.set(file, PADDING);
  return padded;
}

describe("a span that was read ahead", () => {
  const file = Uint8Array.from({ length: 4096 }, (_, i) => i % 251);
  const part = (offset: number, length: number) => file.slice(offset, offset + length);

  async function withSpan() {
    const source = spoiling(file);
    const cache = new ByteCache(source, file.length, {});
    cache.prefetch(0, 1024);
    cache.prefetch(2048, 1024);
    await cache.read(2048, 1);
    return { source, cache };
  }

  it("is freed when neither cache nor lease holds it, whichever goes first", async () => {
    for (const cacheFirst of [true, false]) {
      const { source, cache } = await withSpan();
      const leases = [new Lease(), new Lease()] as const;
      const views = leases.map((lease) => cache.loaded(2100, 50, lease));
      if (cacheFirst) cache.release(2048);
      cache.giveBack(leases[0]);
      expect(views[1]).toEqual(part(2100, 50));
      cache.giveBack(leases[1]);
      if (!cacheFirst) {
        expect(cache.loaded(2100, 50)).toEqual(part(2100, 50));
        cache.release(2048);
      }
      expect(source.bytes.freed).toBe(1024);
      expect(views[1]).toHaveLength(0);
    }
  });

  it("leaves its second half, and what was read of it as metadata", async () => {
    const { source, cache } = await withSpan();
    const metadata = await cache.read(2100, 50);
    cache.release(2048, 2560);
    expect(source.bytes.freed).toBe(1024);
    expect(metadata).toEqual(part(2100, 50));
    expect(await cache.read(2600, 50)).toEqual(part(2600, 50));
    expect(cache.holds(2100)).toBe(false);
  });

  it("is fetched for its reader where the cache let go of it before it came", async () => {
    const source = spoiling(file);
    const cache = new ByteCache(source, file.length, {});
    cache.prefetch(0, 1024);
    cache.prefetch(2048, 1024);
    const lease = new Lease();
    const coming = cache.readOnce(2048, 1500, lease, {});
    cache.release(2048);
    expect(await coming).toEqual(part(2048, 1500));
    cache.giveBack(lease);
    expect(source.bytes.freed).toBe(1500);
  });
});

describe.skipIf(!sharedData.present)(`buffers that are given back (${sharedData.reason})`, () => {
  it("all beams of a granule at once, in many orders of arrival", async () => {
    const file = load(GRANULE);
    const expected = await readBeams(await openHdf5(bytesSource(file)));
    for (let seed = 1; seed <= 40; seed++) {
      const source = spoiling(file, seed);
      expect(await readBeams(await openHdf5(source)), `seed ${seed}`).toEqual(expected);
      expect(source.bytes.freed).toBeGreaterThan(0);
    }
  });

  it("every file of the collection reads as it does from memory", async () => {
    const manifest: readonly { path: string }[] = JSON.parse(
      readFileSync(dataPath("hdf5/manifest.json"), "utf8"),
    );
    let freed = 0;
    for (const { path } of manifest) {
      const file = load(`hdf5/${path}`);
      const source = spoiling(file);
      expect(await exercise(source), path).toEqual(await exercise(bytesSource(file)));
      freed += source.bytes.freed;
    }
    expect(freed).toBeGreaterThan(0);
  });

  it("reads nothing of what was released", async () => {
    const source = spoiling(load(GRANULE));
    const file = await openHdf5(source);
    const [lat, lon] = await Promise.all(
      ["latitude", "longitude"].map((name) => file.dataset(`gt1l/land_ice_segments/${name}`)),
    );
    if (!lat || !lon) throw new Error("no coordinates");
    const [first, second] = await file.fetchMany([lat, lon]);
    first?.release();
    expect(source.bytes.freed).toBe(0);
    expect(() => first?.read([0, 1])).toThrow(/released/);
    expect(second?.read([0, 10])).toEqual(await lon.read({ rows: [0, 10] }));
    second?.release();
    expect(source.bytes.freed).toBeGreaterThan(0);
    expect(await lat.read({ rows: [0, 10] })).toHaveLength(10);
  });
});

/** Coordinates in stretches, then rows of the variables; their attributes while all of that is under way. */
function readBeams(file: Hdf5File) {
  return Promise.all(
    BEAMS.map(async (beam) => {
      const open = (name: string) => file.dataset(`${beam}/land_ice_segments/${name}`);
      const coordinates = await Promise.all(["latitude", "longitude"].map(open));
      const variables = await Promise.all(VARIABLES.map(open));
      const [rows = 0] = coordinates[0]?.shape ?? [];
      const [fetched, attributes] = await Promise.all([
        file.fetchMany(coordinates),
        Promise.all(variables.map((dataset) => dataset.attributes())),
      ]);
      const middle = rows >> 1;
      const parts = fetched.map((each) => [each.read([0, middle]), each.read([middle, rows])]);
      for (const each of fetched) each.release();
      const values = await file.readMany(
        variables.map((dataset) => ({ dataset, rows: [[rows >> 2, middle]] as const })),
      );
      return { attributes, digests: [...parts.flat(), ...values].map(digest) };
    }),
  );
}

function digest({ buffer, byteOffset, byteLength }: TypedArray): string {
  return createHash("sha1")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
