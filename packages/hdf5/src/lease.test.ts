import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { exercise } from "./fuzz/exercise.js";
import { bytesSource, type Hdf5File, openHdf5, type TypedArray } from "./index.js";
import { spoiling } from "./testing/spoiling-source.js";
import { testFile } from "./testing/test-files.js";

/** Before a file, so that all of it lies behind the first read. */
const PADDING = 4 * 1024 * 1024;

function behindPadding(file: Uint8Array): Uint8Array {
  const padded = new Uint8Array(PADDING + file.length);
  padded.set(file, PADDING);
  return padded;
}

const shared = (path: string) => behindPadding(new Uint8Array(readFileSync(dataPath(path))));

const OURS = {
  bytes: () => testFile("beams.h5"),
  beams: ["gt1l", "gt1r", "gt2l"],
  variables: ["h_li", "quality"],
};

/** The largest real granule here. */
const REAL = {
  bytes: () => shared("atl06/ATL06_20181015021234_02510110_001_01.h5"),
  beams: ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"],
  variables: ["h_li", "h_li_sigma", "atl06_quality_summary"],
};

describe("buffers that are given back, of a file laid out as granules are", () => buffersOf(OURS));

describe.skipIf(!sharedData.present)(
  `buffers that are given back, of a real granule (${sharedData.reason})`,
  () => {
    buffersOf(REAL);

    it("every file of the collection reads as it does from memory", async () => {
      const manifest: readonly { path: string }[] = JSON.parse(
        readFileSync(dataPath("hdf5/manifest.json"), "utf8"),
      );
      let freed = 0;
      for (const { path } of manifest) {
        const file = shared(`hdf5/${path}`);
        const source = spoiling(file);
        expect(await exercise(source), path).toEqual(await exercise(bytesSource(file)));
        freed += source.bytes.freed;
      }
      expect(freed).toBeGreaterThan(0);
    });
  },
);

it.each(["dense.h5", "earliest.h5", "latest.h5", "types.h5"])(
  "behind a long user block, %s reads as it does from memory",
  async (name) => {
    const file = behindPadding(testFile(name));
    const source = spoiling(file);
    expect(await exercise(source)).toEqual(await exercise(bytesSource(file)));
  },
);

function buffersOf({ bytes, beams, variables }: typeof OURS): void {
  it("all beams of a granule at once, in many orders of arrival", async () => {
    const file = bytes();
    const expected = await readBeams(await openHdf5(bytesSource(file)), beams, variables);
    for (let seed = 1; seed <= 40; seed++) {
      const source = spoiling(file, seed);
      expect(await readBeams(await openHdf5(source), beams, variables), `seed ${seed}`).toEqual(expected);
      expect(source.bytes.freed).toBeGreaterThan(0);
    }
  });

  it("reads nothing of what was released", async () => {
    const source = spoiling(bytes());
    const file = await openHdf5(source);
    const [lat, lon] = await Promise.all(
      ["latitude", "longitude"].map((name) => file.dataset(`gt1l/land_ice_segments/${name}`)),
    );
    if (!lat || !lon) throw new Error("no coordinates");
    const [first, second] = await file.fetchMany([{ dataset: lat }, { dataset: lon }]);
    first?.release();
    expect(source.bytes.freed).toBe(0);
    expect(() => first?.read([0, 1])).toThrow(/released/);
    expect(second?.read([0, 10])).toEqual(await lon.read({ rows: [0, 10] }));
    second?.release();
    expect(source.bytes.freed).toBeGreaterThan(0);
    expect(await lat.read({ rows: [0, 10] })).toHaveLength(10);
  });
}

/** Coordinates in stretches, then rows of the variables; their attributes while all of that is under way. */
function readBeams(file: Hdf5File, beams: readonly string[], names: readonly string[]) {
  return Promise.all(
    beams.map(async (beam) => {
      const open = (name: string) => file.dataset(`${beam}/land_ice_segments/${name}`);
      const coordinates = await Promise.all(["latitude", "longitude"].map(open));
      const variables = await Promise.all(names.map(open));
      const [rows = 0] = coordinates[0]?.shape ?? [];
      const [fetched, attributes] = await Promise.all([
        file.fetchMany(coordinates.map((dataset) => ({ dataset }))),
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
