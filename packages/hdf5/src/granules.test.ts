import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { bytesSource, type Hdf5File, openHdf5, type TypedArray } from "./index.js";

interface Expected {
  readonly shape: readonly number[];
  readonly chunks?: readonly number[];
  readonly sha256_le: string;
}

interface GranuleEntry {
  readonly path: string;
  readonly land_ice_segments?: Readonly<Record<string, Readonly<Record<string, Expected>>>>;
}

const granules: readonly GranuleEntry[] = sharedData.present
  ? JSON.parse(readFileSync(dataPath("granules.manifest.json"), "utf8"))
  : [];

function open(path: string): Promise<Hdf5File> {
  return openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath(path))), path));
}

function sha256({ buffer, byteOffset, byteLength }: TypedArray): string {
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}

describe.skipIf(!sharedData.present)(`real granules (${sharedData.reason})`, () => {
  for (const { path, land_ice_segments: beams = {} } of granules) {
    it(`reads every listed dataset of ${path} to its sha256`, async () => {
      const file = await open(path);
      for (const [beam, datasets] of Object.entries(beams)) {
        const opened = await Promise.all(
          Object.keys(datasets).map((name) => file.dataset(`${beam}/land_ice_segments/${name}`)),
        );
        const values = await file.readMany(opened.map((dataset) => ({ dataset })));
        Object.values(datasets).forEach((expected, i) => {
          expect(opened[i]?.shape).toEqual(expected.shape);
          expect(sha256(values[i] as TypedArray), opened[i]?.path ?? "").toBe(expected.sha256_le);
        });
      }
    });
  }
});
