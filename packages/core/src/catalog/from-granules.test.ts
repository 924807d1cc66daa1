import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf, mortonOf } from "@zagg/healpix";
import { dataPath, SAMPLE_FOLDER, sampleGranules, sharedData, writeGranule, writeHdf5 } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import { catalogText } from "./catalog-file.js";
import { findGranules } from "./find-granules.js";
import { catalogFromGranules } from "./from-granules.js";

const config = defaultConfig();

/** The shards of what a granule was made of: all places of all beams. */
function shardsOf(latitude: "authalic" | "geodetic"): Map<string, number[]> {
  const shards = new Map<string, Set<number>>();
  for (const [granule, { beams }] of sampleGranules.entries()) {
    for (const { columns } of beams) {
      const latitudes = columns.latitude as Float64Array;
      for (const [i, lat] of latitudes.entries()) {
        const lon = (columns.longitude as Float64Array)[i] as number;
        if (!(Math.abs(lat) <= 90) || lon > 360) continue;
        const id = String(mortonOf(6, cellOf(6, lon, lat, latitude)));
        shards.set(id, (shards.get(id) ?? new Set()).add(granule));
      }
    }
  }
  return new Map([...shards].map(([id, granules]) => [id, [...granules]]));
}

describe("catalogs of granules on disk", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zagg-from-granules-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(["authalic", "geodetic"] as const)(
    "the shards are those of the points (%s)",
    async (latitude) => {
      const progress: [number, number][] = [];
      const paths = await findGranules(SAMPLE_FOLDER);
      const catalog = await catalogFromGranules(paths, config, {
        latitude,
        onProgress: (done, total) => progress.push([done, total]),
      });
      expect(new Map(catalog.shards.map(({ id, granules }) => [id, granules]))).toEqual(shardsOf(latitude));
      expect(catalog.granules.map(({ id, start, end, file }) => ({ id, start, end, path: file }))).toEqual(
        sampleGranules.map(({ id, start, end, path }) => ({ id, start, end, path })),
      );
      expect(catalog.metadata).toEqual({ grid: { parentOrder: 6, latitude }, source: "granules" });
      expect(progress).toEqual(sampleGranules.map((_, i) => [i + 1, sampleGranules.length]));
    },
  );

  test("groups by a pattern; those that are left empty count as absent, and are told", async () => {
    const notices = async (groups: readonly string[], names: readonly string[]) => {
      const own = await mkdtemp(join(tmpdir(), "zagg-left-empty-"));
      const paths = names.map((name) => join(own, name));
      for (const path of paths) {
        await writeHdf5(path, {
          "/gt1l/lat": { values: Float64Array.of(-75) },
          "/gt1l/lon": { values: Float64Array.of(10) },
          "/gt1r/other": { values: Float64Array.of(1) },
        });
      }
      const coordinates = { latitude: "/{group}/lat", longitude: "/{group}/lon" };
      const dataSource = { ...config.dataSource, groups, coordinates };
      const lines: string[] = [];
      const onNotice = (line: string) => lines.push(line);
      const catalog = await catalogFromGranules(paths, { ...config, dataSource }, { onNotice });
      await rm(own, { recursive: true });
      expect(catalog.shards).toHaveLength(1);
      return lines;
    };
    const told = (where: string) => [
      `gt1r of ${where} holds none of the config's datasets, and counts as absent`,
    ];
    expect(await notices(["gt*"], ["one.h5"])).toEqual(told("one.h5"));
    expect(await notices(["gt1l", "gt1r", "gt2l"], ["a.h5", "b.h5"])).toEqual(
      told("2 granules (first a.h5)"),
    );
    expect(await notices(["gt1l", "gt2l"], ["one.h5"])).toEqual([]);
  });

  test("of a region: its shards, with granules or without, and no others", async () => {
    const catalog = await catalogFromGranules(
      sampleGranules.map(({ path }) => path),
      config,
      { bbox: [9, -76, 12, -75], parentOrder: 5 },
    );
    expect(catalog.metadata).toMatchObject({ bbox: [9, -76, 12, -75], grid: { parentOrder: 5 } });
    const listed = catalog.shards.filter(({ granules }) => granules.length > 0);
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.length).toBeLessThan(catalog.shards.length);
    // The one of Greenland is in none of them.
    expect(new Set(listed.flatMap(({ granules }) => granules))).toEqual(new Set([0, 1, 3]));
  });

  test("the order of the files does not matter", async () => {
    const paths = await findGranules(SAMPLE_FOLDER);
    const one = await catalogFromGranules(paths, config);
    const two = await catalogFromGranules([...paths].reverse(), config);
    expect(catalogText(two, "/c.json")).toBe(catalogText(one, "/c.json"));
  });

  test("files that cannot be catalogued are all named, and there is no catalog", async () => {
    const [good] = sampleGranules;
    if (!good) throw new Error("no sample granule");
    await writeFile(join(folder, "empty.h5"), "");
    await writeFile(
      join(folder, "text.h5"),
      "not HDF5 at all, but long enough for a superblock ".repeat(100),
    );
    await writeFile(join(folder, "half.h5"), readFileSync(good.path).subarray(0, 30_000));
    await writeGranule(join(folder, "other.h5"), {
      ...good,
      beams: good.beams.map((beam) => ({ ...beam, name: `other_${beam.name}` })),
    });
    const longitude = Float64Array.of(10);
    await writeGranule(join(folder, "no-latitude.h5"), {
      ...good,
      beams: [{ name: "gt1l", columns: { longitude }, fills: {} }],
    });
    const paths = [...(await findGranules(folder)), good.path, join(folder, "gone.h5")];
    const error = await catalogFromGranules(paths, config).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "bad-granule", kind: "config" });
    const { message } = error as Error;
    for (const name of [...(await readdir(folder)), "gone.h5"]) expect(message).toContain(`  ${name}: `);
    expect(message).toMatch(/^6 of 7 granules/);
    expect(message).toContain("other.h5: has none of the groups gt1l, gt1r");
    expect(message).toMatch(/no-latitude.h5: .*latitude does not exist/);
  });

  test("of very many bad files ten are named, and all are in the error", async () => {
    const paths = Array.from({ length: 12 }, (_, i) => join(folder, `gone-${i}.h5`));
    await expect(catalogFromGranules(paths, config)).rejects.toMatchObject({
      message: expect.stringMatching(/gone-9\.h5: .*\n {2}… and 2 more\n/),
      data: { granules: paths.map((path) => expect.objectContaining({ path })) },
    });
  });

  test("two files of one name are refused", async () => {
    const [good] = sampleGranules;
    if (!good) throw new Error("no sample granule");
    await mkdir(join(folder, "again"));
    await copyFile(good.path, join(folder, "again", good.id));
    const twice = catalogFromGranules([good.path, join(folder, "again", good.id)], config);
    await expect(twice).rejects.toMatchObject({ code: "duplicate-granule", data: { granule: good.id } });
  });

  test("stops when told to", async () => {
    const stopped = catalogFromGranules(["a.h5"], config, { signal: AbortSignal.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe.skipIf(!sharedData.present)(`catalogs of real granules (${sharedData.reason})`, () => {
  test("the shards are those that 0.1.0's reference found, the ones without good points included", async () => {
    const paths = await findGranules(dataPath("atl06"));
    const catalog = await catalogFromGranules(paths, config, { latitude: "geodetic" });
    const golden = JSON.parse(readFileSync(dataPath("golden", "summary.json"), "utf8"));
    const shards = golden.cells.map(({ parent }: { parent: number }) => String(parent));
    expect(new Set(catalog.shards.map(({ id }) => id))).toEqual(new Set(shards));
    expect(catalog.granules.map(({ id }) => id)).toEqual(golden.granules);
    expect(catalog.shards.every(({ granules }) => granules.length > 0)).toBe(true);
  });

  test("a granule with two of six beams", async () => {
    const paths = await findGranules(dataPath("atl06_elsewhere"));
    const catalog = await catalogFromGranules(paths, config);
    expect(catalog.granules).toHaveLength(4);
    expect(new Set(catalog.shards.flatMap(({ granules }) => granules))).toEqual(new Set([0, 1, 2, 3]));
  });
});
