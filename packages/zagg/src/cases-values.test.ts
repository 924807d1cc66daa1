import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Config,
  catalogFromGranules,
  defaultConfig,
  findGranules,
  loadConfig,
  openStores,
} from "@zagg/core";
import { openProduct } from "@zagg/product";
import { dataPath, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";
import { describeRun } from "./cli/run-report.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-cases-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Cell = Readonly<Record<string, number>>;

/** The product of some granules: its summary, and the variables of every cell that `count` says has points. */
async function made(paths: readonly string[], config: Config, count = "count") {
  const store = await mkdtemp(join(folder, "product-"));
  const catalog = await catalogFromGranules(paths, config);
  const summary = await agg(config, { catalog, store: join(store, "p.zarr"), maxWorkers: 1 });
  expect(summary).toMatchObject({ failed: 0, pending: 0 });
  const product = await openProduct(openStores(join(store, "p.zarr")).product);
  const names = Object.keys(product.spec.variables);
  const cells = new Map<number, Cell>();
  for (const k of product.spec.shards.keys()) {
    const ids = (await product.readChunk("cell_ids", k)) ?? [];
    const chunks = await Promise.all(names.map((name) => product.readChunk(name, k)));
    for (const [rank, id] of ids.entries()) {
      const cell = Object.fromEntries(names.map((name, i) => [name, Number(chunks[i]?.[rank])]));
      if (cell[count]) cells.set(Number(id), cell);
    }
  }
  return { summary, cells };
}

const sum = (cells: ReadonlyMap<number, Cell>, of: (cell: Cell) => number | undefined) =>
  [...cells.values()].reduce((total, cell) => total + (of(cell) ?? 0), 0);

describe.skipIf(!sharedData.present)(`cases of others (${sharedData.reason})`, () => {
  const granules = (...at: string[]) => findGranules(dataPath("cases", ...at));
  const formats = (name: string) => dataPath("cases/formats", name);
  const config = (name: string) => loadConfig(formats(join("configs", name)));

  describe("CF attributes of the source", () => {
    const CASE = "07-cf-attributes-of-the-source";

    test("missing_value: 266 of 333 points have a height", async () => {
      const { summary, cells } = await made(await granules(CASE, "missing_value"), defaultConfig());
      expect(summary.points_kept).toBe(333);
      expect(summary.left_out.h_min).toEqual({ fill: 67 });
      expect(describeRun(summary)).toMatch(/missing +at most, of one variable, 67 by fill/);
      expect(sum(cells, ({ count }) => count)).toBe(266);
      expect(cells.get(168870665)?.h_min).toBeCloseTo(995.35, 2);
    });

    test("scale_factor: heights are metres", async () => {
      const { cells } = await made(await granules(CASE, "scale_factor"), defaultConfig());
      const { h_min, h_mean, h_max } = cells.get(186655691) as Cell;
      expect(h_min).toBeCloseTo(996.169, 3);
      expect(h_max).toBeCloseTo(1004.505, 3);
      expect(h_mean).toBeCloseTo(999.8, 1);
    });

    test("_FillValue of a latitude: its rows lie nowhere, not at 80° S", async () => {
      const { summary, cells } = await made(await granules(CASE, "coord_fill"), defaultConfig());
      expect(summary.points_kept).toBe(249);
      expect(cells.size).toBe(10);
      expect(summary.dropped["missing-coordinates"]).toBeGreaterThanOrEqual(84);
    });
  });

  test("a count without a source counts all kept points, one with a source its values", async () => {
    const stats = await loadConfig(dataPath("cases/09-count-without-source/stats.yaml"));
    const { cells } = await made(await granules("09-count-without-source/g"), stats, "all");
    expect(cells.get(168870659)).toMatchObject({ count: 659, all: 698 });
  });

  test("packed sea surface heights of SWOT's calibration product", async () => {
    const { cells } = await made(
      [formats("SWOT_GPR_unpacked_latlon_lon360.nc")],
      await config("gpr.yaml"),
      "n",
    );
    const means = [...cells.values()].map(({ ssha_mean }) => ssha_mean as number);
    expect(Math.min(...means)).toBeGreaterThanOrEqual(-1.597);
    expect(Math.max(...means)).toBeLessThanOrEqual(1.389);
    const mean = sum(cells, ({ n = 0, ssha_mean = 0 }) => n * ssha_mean) / sum(cells, ({ n }) => n);
    expect(mean).toBeCloseTo(0.379, 3);
  });

  test("packed heights in the root, where a group that is none stands for it", async () => {
    const { cells } = await made([formats("packed_h.h5")], await config("r.yaml"), "n");
    expect(Math.max(...[...cells.values()].map(({ h_max }) => h_max as number))).toBe(103886 * 0.001);
  });

  test("columns of one value per row in two dimensions", async () => {
    const { summary } = await made([formats("n1_columns.h5")], await config("r.yaml"), "n");
    expect(summary.points_kept).toBe(2000);
  });

  test("a longitude that lacks in one group is told by its name", async () => {
    const catalog = catalogFromGranules(
      [formats("lon_missing_in_one_group.h5")],
      await config("lonmiss.yaml"),
    );
    await expect(catalog).rejects.toThrow(/lon_missing_in_one_group\.h5: .*\/b\/lon does not exist/);
  });

  test("coordinates of several values per row are as many points", async () => {
    const paths = [formats("atl08_clip__ICESat2VegR.h5")];
    const { summary, cells } = await made(paths, await config("atl08_20m.yaml"), "n");
    expect(summary.points_kept).toBe(45);
    expect(summary.left_out.h_mean).toEqual({ fill: 20 });
    const mean = sum(cells, ({ n = 0, h_mean = 0 }) => n * h_mean) / sum(cells, ({ n }) => n);
    expect(mean).toBeCloseTo(2484.3979, 3); // numpy
  });

  test("a beam that a subsetter left empty is absent; those that hold data are read", async () => {
    const one = await config("atl08_1.yaml");
    const groups = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
    const all = { ...one, dataSource: { ...one.dataSource, groups } };
    const path = formats("atl08_clip__ICESat2VegR.h5");
    const { summary } = await made([path], all, "n_te");
    expect(summary.groups.absent).toBeGreaterThan(0);
    expect(summary.points_kept).toBeGreaterThanOrEqual((await made([path], one, "n_te")).summary.points_kept);
  });
});
