import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { exercise } from "./fuzz/exercise.js";
import { bytesSource, type Hdf5File, openHdf5, type TypedArray } from "./index.js";
import { spoiling } from "./testing/spoiling-source.js";

/** The largest real granule here. */
const GRANULE = "atl06/ATL06_20181015021234_02510110_001_01.h5";
const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
const VARIABLES = ["h_li", "h_li_sigma", "atl06_quality_summary"];

/** Before the file, so that all of it lies behind the first read. */
const PADDING = 4 * 1024 * 1024;

function load(path: string): Uint8Array {
  const file = readFileSync(dataPath(path));
  const padded = new Uint8Array(PADDING + file.length);
  padded.set(file, PADDING);
  return padded;
}

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
