import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHdf5 } from "@zagg/hdf5";
import { fileSource } from "@zagg/storage";
import { runOracle } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeDoubles, type StoredValues } from "./decode.js";
import { readEncoding } from "./track-column.js";

const VARIABLES = 300;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-cf-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([1, 2, 3, 4])(
  `${VARIABLES} variables are what xarray and netCDF4-python read, seed %i`,
  async (seed) => {
    const path = join(folder, `${seed}.nc`);
    const read = await runOracle("cf_values.py", path, String(VARIABLES), String(seed));
    const source = fileSource(path);
    const file = await openHdf5(source);
    const different: string[] = [];
    for (const [name, expected] of Object.entries(read as Record<string, (number | null)[]>)) {
      const dataset = await file.dataset(name);
      const encoding = await readEncoding({ dataset, decoding: {}, purpose: "column" });
      const values = decodeDoubles((await dataset.read()) as StoredValues, encoding);
      const ours = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
      const { fillValue, dtype } = dataset;
      if (!ours.every((value, i) => value === expected[i]))
        different.push(
          JSON.stringify({ name, dtype, fillValue: Number(fillValue), encoding, ours, expected }),
        );
    }
    await source.close();
    expect(different).toEqual([]);
  },
);
