import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPath, runZagg, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-cases-"));
});
afterAll(() => rm(folder, { recursive: true }));

const zagg = (...args: string[]) => runZagg(args, folder);
const readCatalog = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));

describe.skipIf(!sharedData.present)(`catalogs of real people's files (${sharedData.reason})`, () => {
  const from = (...parts: string[]) => dataPath("cases", ...parts);

  test.each([
    ["wide200", 992],
    ["wide200_dense", 992],
    ["wide300", 1486],
    ["wide300_dense", 1486],
  ])("%s: a box of four corners is as wide as its edges say", async (name, shards) => {
    const place = "01-polygon-edge-over-180-degrees";
    const { status, stdout, stderr } = zagg(
      ...["catalog", "--granules", from(place, "g"), "--polygon", from(place, `${name}.geojson`)],
      ...["--output", "wide.json", "--json"],
    );
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ shards, emptyShards: shards - 1, pairs: 1 });
    if (!name.endsWith("dense")) expect(stderr).toContain(`${name}.geojson: an edge of ${name.slice(4)}°`);
  });

  test("a circle round the pole is the cap, closed at 180 or not", async () => {
    const place = "02-ring-around-pole-closing-at-180";
    const circle = from(place, "circle_pole.geojson");
    const document = JSON.parse(await readFile(circle, "utf8"));
    const [ring] = document.coordinates;
    const closed = { ...document, coordinates: [[...ring.slice(0, -1), [180, -75], ring[0]]] };
    await writeFile(join(folder, "circle_to180.geojson"), JSON.stringify(closed));
    for (const polygon of [circle, "circle_to180.geojson"]) {
      const { status, stdout, stderr } = zagg(
        ...[
          "catalog",
          "--granules",
          from(place, "g"),
          "--polygon",
          polygon,
          "--output",
          "cap.json",
          "--json",
        ],
      );
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ shards: 924, emptyShards: 923, pairs: 1 });
    }
  });

  test.each([
    [
      "release",
      "ATL06_20190222031203_08500210_005_01.h5",
      "ATL06_20190222031203_08500210_006_02.h5",
      "older",
    ],
    [
      "copy",
      "ATL06_20190222031203_08500210_006_01 (1).h5",
      "ATL06_20190222031203_08500210_006_01.h5",
      "copy",
    ],
  ])("one granule under two names counts once: %s", async (kind, id, instead, reason) => {
    const made = zagg(
      ...["catalog", "--granules", from("03-same-granule-under-two-names", kind), "--output", `${kind}.json`],
    );
    expect(made.status, made.stderr).toBe(0);
    expect(made.stderr).toContain(`${id} is left out`);
    const { granules, metadata } = await readCatalog(`${kind}.json`);
    expect(granules.map((granule: { id: string }) => granule.id)).toEqual([instead]);
    expect(metadata.unusable).toEqual([{ id, reason, instead }]);
    const run = zagg("run", "--catalog", `${kind}.json`, "--store", `${kind}.zarr`, "--json");
    expect(run.status, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ points_kept: 60 });
  });

  test("a catalog that lists both, of another version, counts one", async () => {
    zagg(
      "catalog",
      "--granules",
      from("03-same-granule-under-two-names", "release"),
      "--output",
      "both.json",
    );
    const catalog = await readCatalog("both.json");
    const [granule] = catalog.granules;
    const old = granule.id.replace("006_02", "005_01");
    const other = { ...granule, id: old, file: granule.file.replace(granule.id, old) };
    delete catalog.metadata.unusable;
    const shards = catalog.shards.map((shard: object) => ({ ...shard, granules: [0, 1] }));
    await writeFile(
      join(folder, "both.json"),
      JSON.stringify({ ...catalog, granules: [other, granule], shards }),
    );
    const { status, stdout, stderr } = zagg(
      "run",
      "--catalog",
      "both.json",
      "--store",
      "both.zarr",
      "--json",
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`${old} is left out: ${granule.id} is a newer file`);
    expect(JSON.parse(stdout)).toMatchObject({ points_kept: 60 });
  });

  test.each(["UTC", "America/Los_Angeles", "Asia/Tokyo"])(
    "times without a zone are UTC in %s",
    async (zone) => {
      const place = from("04-times-without-zone");
      const name = zone.replace("/", "-");
      const at = (...args: string[]) => runZagg(args, folder, { TZ: zone });
      const config = ["--config", join(place, "bounds.yaml")];
      const made = at("catalog", "--granules", join(place, "space"), ...config, "--output", `${name}.json`);
      expect(made.status, made.stderr).toBe(0);
      const { granules } = await readCatalog(`${name}.json`);
      expect(granules[0].start).toBe("2019-02-22T23:00:00Z");
      const bounded = at("run", ...config, "--catalog", `${name}.json`, "--store", `${name}.zarr`, "--json");
      expect(bounded.status, bounded.stderr).toBe(0);
      expect(JSON.parse(bounded.stdout)).toMatchObject({ points_kept: 60 });
      at("run", "--catalog", `${name}.json`, "--store", `${name}-all.zarr`);
      const item = JSON.parse(at("stac", `${name}-all.zarr`, "--json").stdout);
      expect(item.properties).toMatchObject({ start_datetime: "2019-02-22T23:00:00.000Z" });
    },
  );

  test("a folder from a Mac: what hides is no granule", async () => {
    const place = join(folder, "mac");
    await cp(from("10-hidden-appledouble", "g"), place, { recursive: true });
    await writeFile(join(place, "._ATL06_20190222031203_08500210_006_01.h5"), "\0\x05\x16\x07");
    const { status, stdout, stderr } = zagg("catalog", "--granules", "mac", "--output", "mac.json", "--json");
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ granules: 1 });
  });

  test("granules without a row of use: no catalog, exit code 1", async () => {
    const { status, stdout, stderr } = zagg(
      ...["catalog", "--granules", from("14-nothing-usable", "zero_rows"), "--output", "nothing.json"],
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/no row of the granule has usable coordinates/);
    expect(await readdir(folder)).not.toContain("nothing.json");
  });

  test("a product of another kind: which group is there, and what is not", () => {
    const granule = from("15-product-of-another-kind", "ATL08_20190222031203_08500210_006_01.h5");
    const { status, stderr } = zagg("catalog", "--granules", granule, "--output", "other.json");
    expect(status).toBe(2);
    expect(stderr).toContain("gt1l is there, but /gt1l/land_ice_segments is not");
    expect(stderr).not.toContain("none of the groups");
  });
});
