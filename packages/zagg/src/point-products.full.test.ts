import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInText, type Config, catalogFromGranules, parseConfig } from "@zagg/core";
import { dataPath, runOracle, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-points-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Compared {
  readonly points: number;
  readonly cells: number;
  readonly differences: Record<string, number>;
}

/** Makes the product of granules, each read once into an extract, and lets numpy look at it. */
async function compared(name: string, config: Config, paths: readonly string[]) {
  const store = join(await mkdtemp(join(folder, "product-")), "p.zarr");
  const catalog = await catalogFromGranules(paths, config, { parentOrder: PARENT_ORDER[name] ?? 8 });
  expect(catalog.shards.length).toBeGreaterThan(1);
  const summary = await agg(config, { catalog, store, maxWorkers: 2 });
  expect(summary).toMatchObject({ failed: 0, pending: 0 });
  const told = (await runOracle("point_product.py", name, store, ...paths)) as Compared;
  expect(told.points).toBe(summary.points_kept);
  expect(told.cells).toBe(summary.occupied_cells);
  return { summary, ...told };
}

/** Such that there are several shards, whose points go by way of extracts. */
const PARENT_ORDER: Readonly<Record<string, number>> = { "swot-nadir": 3, s5p: 4, cryosat: 7 };

const builtIn = (name: string, change: (text: string) => string = (text) => text) =>
  parseConfig(change(builtInText(name)), `${name}.yaml`);

async function imitation(product: string, ...more: string[]): Promise<string> {
  const path = join(folder, `${product}-${more.join("-")}.h5`);
  await runOracle("imitate_product.py", product, path, "1", ...more);
  return path;
}

describe("imitations, whose structure follows the documentation", () => {
  test("ATL03: photons of some confidence; a beam that is left empty is absent", async () => {
    const path = await imitation("ATL03");
    const { summary, points } = await compared("atl03", builtIn("atl03"), [path]);
    expect(points).toBeGreaterThan(1000);
    const [[label, dropped] = []] = Object.entries(summary.dropped);
    expect(label).toMatch(/^\(land >= 3\) \| /);
    expect(dropped).toBe(25_000 - points);
    expect(summary.groups.absent).toBeGreaterThan(0);
  });

  test("ATL03: values of segments at their photons, an attribute of the beam", async () => {
    const config = parseConfig(`data_source:
  groups: ["gt??"]
  coordinates: {latitude: "/{group}/heights/lat_ph", longitude: "/{group}/heights/lon_ph"}
  variables:
    h: /{group}/heights/h_ph
    geoid:
      path: /{group}/geophys_corr/geoid
      join: {begin: "/{group}/geolocation/ph_index_beg", count: "/{group}/geolocation/segment_ph_cnt", base: 1}
    spot: "/{group}@atlas_spot_number"
    bad: /{group}/heights/quality_ph
  filters:
    - {expression: bad == 0}
aggregation:
  variables:
    n: {function: count, source: h, dtype: int32}
    orthometric: {expression: np.mean(h - geoid), dtype: float64}
    spot_min: {function: min, source: spot}
output:
  grid: {type: healpix, child_order: 12}
`);
    const { summary, points } = await compared("geoid", config, [await imitation("ATL03")]);
    expect(summary.dropped).toEqual({ "bad == 0": 25_000 - points });
  });

  test("GEDI L2A: beams by a pattern, one of 101 relative heights", async () => {
    const { summary, points } = await compared("gedi-l2a", builtIn("gedi-l2a"), [
      await imitation("GEDI02_A"),
    ]);
    expect(points).toBeGreaterThan(500);
    expect(Object.keys(summary.dropped)).toHaveLength(3);
  });

  test("CryoSat-2 L2: packed coordinates in the root, bits, 1 Hz values at 20 Hz points, an attribute of the file", async () => {
    const config = parseConfig(`data_source:
  coordinates: {latitude: /lat_poca_20_ku, longitude: /lon_poca_20_ku}
  variables:
    h: /height_1_20_ku
    wet: {path: /mod_wet_tropo_cor_01, join: {index: /ind_meas_1hz_20_ku}}
    cycle: /@cycle_number
  filters:
    - {dataset: /flag_prod_status_20_ku, op: no_bits, value: 1048576}
aggregation:
  variables:
    n: {function: count, source: h, dtype: int32}
    h_mean: {function: mean, source: h, dtype: float64}
    wet_mean: {function: mean, source: wet, dtype: float64}
    cycle: {function: max, source: cycle, dtype: int32}
output:
  grid: {type: healpix, child_order: 10}
`);
    const { points } = await compared("cryosat", config, [await imitation("CryoSat-2")]);
    expect(points).toBeGreaterThan(4000);
  });

  test("Sentinel-5P: a swath with a time of one value, the time of each scan line", async () => {
    const config = parseConfig(`data_source:
  coordinates: {latitude: /PRODUCT/latitude, longitude: /PRODUCT/longitude}
  variables:
    ch4: /PRODUCT/methane_mixing_ratio
    seconds: {path: /PRODUCT/delta_time, scale_factor: 0.001}
  filters:
    - {dataset: /PRODUCT/qa_value, op: gt, value: 0.5}
aggregation:
  variables:
    n: {function: count, source: ch4, dtype: int32}
    ch4_mean: {function: mean, source: ch4, dtype: float64}
    seconds_max: {function: max, source: seconds, dtype: float64}
output:
  grid: {type: healpix, child_order: 7}
`);
    const { points } = await compared("s5p", config, [await imitation("S5P")]);
    expect(points).toBeGreaterThan(20_000);
  });
});

describe.skipIf(!sharedData.present)(`real files (${sharedData.reason})`, () => {
  test("ATL08", async () => {
    const paths = [
      dataPath("other_products/ATL08_subset.h5"),
      dataPath("cases/formats/atl08_clip__ICESat2VegR.h5"),
    ];
    await compared("atl08", builtIn("atl08"), paths);
  });

  test("ATL11, whose release 002 has the same arrays one group further down", async () => {
    const config = builtIn("atl11", (text) => text.replaceAll("/{group}/", "/{group}/corrected_h/"));
    const { points } = await compared("atl11", config, [
      dataPath("other_products/ATL11_078805_0304_02_v002.h5"),
    ]);
    expect(points).toBe(1404);
  });

  test("SWOT nadir", async () => {
    const path = dataPath("cases/formats/SWOT_GPR_unpacked_latlon_lon360.nc");
    const { points } = await compared("swot-nadir", builtIn("swot-nadir"), [path]);
    expect(points).toBeGreaterThan(1000);
  });
});
