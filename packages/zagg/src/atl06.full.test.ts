import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, catalogFromGranules, defaultConfig, findGranules } from "@zagg/core";
import { dataPath, runOracle, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";

/** The built-in config at orders 6/12, with cell centres for readers to check. */
function config(latitude: "authalic" | "geodetic"): Config {
  const built = defaultConfig("atl06");
  const centre = { dtype: "float64", fillValue: "NaN", attrs: {} } as const;
  const { coordinates, variables } = built.aggregation;
  return {
    ...built,
    aggregation: { coordinates: { ...coordinates, latitude: centre, longitude: centre }, variables },
    output: { ...built.output, grid: { ...built.output.grid, parentOrder: 6, latitude } },
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-atl06-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(latitude: "authalic" | "geodetic"): Promise<string> {
  const store = join(folder, `${latitude}.zarr`);
  const catalog = await catalogFromGranules(await findGranules(dataPath("atl06")), config(latitude));
  const summary = await agg(config(latitude), { catalog, store, maxWorkers: 2 });
  expect(summary).toMatchObject({ failed: 0, pending: 0 });
  return store;
}

describe.skipIf(!sharedData.present)(`real granules, end to end (${sharedData.reason})`, () => {
  test("geodetic: every statistic is that of numpy in float64, and readers see the sphere", async () => {
    const store = await run("geodetic");
    expect(await runOracle("atl06_statistics.py", store, dataPath("atl06"))).toMatchObject({
      points: 145_304,
      cells: 1367,
    });
    await runOracle("open_store.py", store, dataPath("zarr", "dggs-convention-v1.schema.json"));
  });

  test("authalic: readers see the ellipsoid", async () => {
    const store = await run("authalic");
    await runOracle("open_store.py", store, dataPath("zarr", "dggs-convention-v1.schema.json"));
  });
});
