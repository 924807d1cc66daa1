import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPath, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Config, defaultConfig } from "../config/index.js";
import { catalogText } from "./catalog-file.js";
import { findGranules } from "./find-granules.js";
import { catalogFromGranules } from "./from-granules.js";

describe.skipIf(!sharedData.present)(`catalogs of granules on disk (${sharedData.reason})`, () => {
  let config: Config;
  let folder: string;
  beforeAll(async () => {
    config = await defaultConfig();
    folder = await mkdtemp(join(tmpdir(), "zagg-from-granules-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("the shards are those that 0.1.0's reference found, the ones without good points included", async () => {
    const paths = await findGranules(dataPath("atl06"));
    const progress: number[] = [];
    const catalog = await catalogFromGranules(paths, config, {
      latitude: "geodetic",
      onProgress: (done) => progress.push(done),
    });
    const golden = JSON.parse(readFileSync(dataPath("golden", "summary.json"), "utf8"));
    const shards = golden.cells.map(({ parent }: { parent: number }) => String(parent));
    expect(new Set(catalog.shards.map(({ id }) => id))).toEqual(new Set(shards));
    expect(catalog.granules.map(({ id }) => id)).toEqual(golden.granules);
    expect(catalog.shards.every(({ granules }) => granules.length > 0)).toBe(true);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("the order of the files does not matter", async () => {
    const paths = await findGranules(dataPath("atl06"));
    const one = await catalogFromGranules(paths, config);
    const two = await catalogFromGranules([...paths].reverse(), config);
    expect(one.metadata).toEqual({ grid: { parentOrder: 6, latitude: "authalic" }, source: "granules" });
    expect(catalogText(two, "/c.json")).toBe(catalogText(one, "/c.json"));
  });

  test("a granule with two of six beams", async () => {
    const paths = await findGranules(dataPath("atl06_elsewhere"));
    const catalog = await catalogFromGranules(paths, config);
    expect(catalog.granules).toHaveLength(4);
    expect(new Set(catalog.shards.flatMap(({ granules }) => granules))).toEqual(new Set([0, 1, 2, 3]));
  });

  test("files that cannot be catalogued are all named, and there is no catalog", async () => {
    const [good = ""] = await findGranules(dataPath("atl06"));
    const [other = ""] = await findGranules(dataPath("other_products"));
    await writeFile(join(folder, "empty.h5"), "");
    await writeFile(
      join(folder, "text.h5"),
      "not HDF5 at all, but long enough for a superblock ".repeat(100),
    );
    await writeFile(join(folder, "half.h5"), readFileSync(good).subarray(0, 100_000));
    await copyFile(other, join(folder, "other.h5"));
    const paths = [...(await findGranules(folder)), good, join(folder, "gone.h5")];
    const error = await catalogFromGranules(paths, config).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "bad-granule", kind: "config" });
    const { message } = error as Error;
    for (const name of [...(await readdir(folder)), "gone.h5"]) expect(message).toContain(`  ${name}: `);
    expect(message).toMatch(/^5 of 6 granules/);
  });

  test("two files of one name are refused", async () => {
    const [good = ""] = await findGranules(dataPath("atl06"));
    const name = good.split("/").at(-1) as string;
    await mkdir(join(folder, "again"));
    await copyFile(good, join(folder, "again", name));
    const twice = catalogFromGranules([good, join(folder, "again", name)], config);
    await expect(twice).rejects.toMatchObject({ code: "duplicate-granule", data: { granule: name } });
  });
});
