import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInText, catalogFromGranules, findGranules, loadConfig } from "@zagg/core";
import { dataPath, runOracle, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";

const [CASES, FORMATS] = ["cases", "cases/formats"];

/** Granules and the config that they are for; where they are not all granules of a folder, those that count. */
const PRODUCTS: readonly (readonly [granules: string, config: string, ...taken: string[]])[] = [
  ["atl06", "atl06"],
  ["atl06_elsewhere", "atl06"],
  [`${CASES}/01-polygon-edge-over-180-degrees/g`, "atl06"],
  [`${CASES}/02-ring-around-pole-closing-at-180/g`, "atl06"],
  [`${CASES}/03-same-granule-under-two-names/release`, "atl06", "ATL06_20190222031203_08500210_006_02.h5"],
  [`${CASES}/03-same-granule-under-two-names/copy`, "atl06", "ATL06_20190222031203_08500210_006_01.h5"],
  [
    `${CASES}/04-times-without-zone/space`,
    `${CASES}/04-times-without-zone/bounds.yaml`,
    "ATL06_20190222230000_08500210_006_01.h5",
  ],
  [`${CASES}/05-fill-value-not-nan/g`, `${CASES}/05-fill-value-not-nan/fill9999.yaml`],
  [`${CASES}/07-cf-attributes-of-the-source/missing_value`, "atl06"],
  [`${CASES}/07-cf-attributes-of-the-source/scale_factor`, "atl06"],
  [`${CASES}/07-cf-attributes-of-the-source/coord_fill`, "atl06"],
  [`${CASES}/09-count-without-source/g`, `${CASES}/09-count-without-source/stats.yaml`],
  [`${CASES}/10-hidden-appledouble/g`, "atl06"],
  [`${FORMATS}/SWOT_GPR_unpacked_latlon_lon360.nc`, `${FORMATS}/configs/gpr.yaml`],
  [`${FORMATS}/packed_h.h5`, `${FORMATS}/configs/r.yaml`],
  [`${FORMATS}/n1_columns.h5`, `${FORMATS}/configs/r.yaml`],
  [`${FORMATS}/atl08_clip__ICESat2VegR.h5`, `${FORMATS}/configs/atl08_1.yaml`],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-values-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!sharedData.present)(
  `every cell, with numpy, xarray and healpy (${sharedData.reason})`,
  () => {
    test.each(PRODUCTS)("%s by %s", async (at, name, ...taken) => {
      const yaml = name.endsWith(".yaml") ? dataPath(name) : join(folder, `${name}.yaml`);
      if (!name.endsWith(".yaml")) await writeFile(yaml, builtInText(name));
      const config = await loadConfig(yaml);
      const granules = at.includes(".") ? [dataPath(at)] : await findGranules(dataPath(at));
      const store = join(await mkdtemp(join(folder, "product-")), "p.zarr");
      const catalog = await catalogFromGranules(granules, config);
      const summary = await agg(config, { catalog, store, maxWorkers: 2 });
      expect(summary).toMatchObject({ failed: 0, pending: 0 });
      const counted = taken.length > 0 ? taken.map((file) => join(dataPath(at), file)) : granules;
      const { points, compared } = (await runOracle("cell_values.py", store, yaml, ...counted)) as {
        points: number;
        compared: string[];
      };
      expect(points).toBe(summary.points_kept);
      expect(compared.length).toBeGreaterThan(0);
    });
  },
);
