import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogFromGranules, defaultConfig, findGranules, writeCatalog } from "@zagg/core";
import { dataPath, SAMPLE_FOLDER, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";

/** Every file of a folder: path and bytes. */
async function contents(root: string): Promise<Map<string, Buffer>> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(root.length), await readFile(path)] as const)),
  );
}

describe("a catalog of 0.1.0", () => standsFor(SAMPLE_FOLDER));

describe.skipIf(!sharedData.present)(`a catalog of 0.1.0 of real granules (${sharedData.reason})`, () =>
  standsFor(dataPath("atl06")),
);

function standsFor(place: string): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zagg-legacy-"));
    const granules = await findGranules(place);
    const catalog = await catalogFromGranules(granules, defaultConfig("atl06"), { latitude: "geodetic" });
    await writeCatalog(catalog, join(folder, "new.json"));
    await writeCatalog(catalog, join(folder, "old.json"), "0.1.0");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("runs to the same store, byte by byte, as one of format 2", async () => {
    const notices: string[] = [];
    for (const name of ["new", "old"]) {
      const catalog = join(folder, `${name}.json`);
      const options = { catalog, store: join(folder, `${name}.zarr`), maxWorkers: 2 };
      await agg("atl06", { ...options, onNotice: (notice) => notices.push(`${name}: ${notice}`) });
    }
    const [ours, theirs] = [
      await contents(join(folder, "new.zarr")),
      await contents(join(folder, "old.zarr")),
    ];
    expect(ours.size).toBeGreaterThan(2 * 11);
    expect([...theirs.keys()]).toEqual([...ours.keys()]);
    for (const [path, bytes] of ours) expect(theirs.get(path)?.equals(bytes), path).toBe(true);
    expect(notices).toEqual([expect.stringMatching(/^old: .*geodetic/)]);
  });

  test("is refused by a config that says authalic, before anything is written", async () => {
    const built = defaultConfig("atl06");
    const grid = { ...built.output.grid, latitude: "authalic" as const };
    const store = join(folder, "refused.zarr");
    const run = agg(
      { ...built, output: { ...built.output, grid } },
      { catalog: join(folder, "old.json"), store },
    );
    await expect(run).rejects.toMatchObject({ code: "grid", data: { key: "latitude" } });
    expect(await readdir(folder)).not.toContain("refused.zarr");
  });
}
