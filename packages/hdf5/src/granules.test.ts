import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { bytesSource, type FetchedDataset, type Hdf5File, openHdf5, type TypedArray } from "./index.js";

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

  for (const { path, land_ice_segments: beams = {} } of granules) {
    it(`slices ${path} right around every chunk edge`, async () => {
      const file = await open(path);
      const listed = Object.entries(beams).flatMap(([beam, datasets]) =>
        Object.keys(datasets).map((name) => `/${beam}/land_ice_segments/${name}`),
      );
      const paths = listed.length > 0 ? listed : await numericDatasets(file, "");
      expect(paths.length).toBeGreaterThan(0);
      for (const name of paths) await checkSlices(file, name);
    });
  }
});

/** Datasets of numbers with rows, below a group. */
async function numericDatasets(file: Hdf5File, group: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await file.list(group)) {
    const path = `${group}/${name}`;
    if (kind === "group") paths.push(...(await numericDatasets(file, path)));
    if (kind !== "dataset") continue;
    const { shape, dtype } = await file.dataset(path);
    if (shape.length > 0 && (dtype.class === "integer" || dtype.class === "float")) paths.push(path);
  }
  return paths;
}

async function checkSlices(file: Hdf5File, path: string): Promise<void> {
  const dataset = await file.dataset(path);
  const [rows = 0, ...others] = dataset.shape;
  const perRow = others.reduce((product, extent) => product * extent, 1);
  const chunk = dataset.chunkShape?.[0] ?? rows;
  const [whole] = (await file.readMany([{ dataset }])) as [TypedArray];
  const [fetched] = (await file.fetchMany([{ dataset }])) as [FetchedDataset];
  const places = new Set<number>();
  for (let edge = 0; edge <= rows + chunk; edge += chunk) {
    for (const place of [edge - 1, edge, edge + 1]) places.add(Math.max(0, Math.min(rows, place)));
  }
  // All pairs where there are few edges; else each start with the stops near it and the last.
  const sorted = [...places].sort((a, b) => a - b);
  for (const [i, start] of sorted.entries()) {
    for (const stop of sorted.length > 40 ? [...sorted.slice(i, i + 7), rows] : sorted.slice(i)) {
      const [part] = (await file.readMany([{ dataset, rows: [[start, stop]] }])) as [TypedArray];
      const expected = whole.subarray(start * perRow, stop * perRow);
      for (const values of [part, fetched.read([start, stop])])
        if (Buffer.compare(bytesOf(values), bytesOf(expected)) !== 0)
          expect.fail(`${path} rows ${start} to ${stop}`);
    }
  }
  if (rows > 4) {
    const ranges: [number, number][] = [
      [0, 1],
      [2, 3],
      [rows - 1, rows],
    ];
    const [part] = (await file.readMany([{ dataset, rows: ranges }])) as [TypedArray];
    const expected = ranges.map(([start, stop]) => bytesOf(whole.subarray(start * perRow, stop * perRow)));
    expect(Buffer.compare(bytesOf(part), Buffer.concat(expected))).toBe(0);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
