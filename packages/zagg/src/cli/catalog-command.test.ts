import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CmrItem, type CmrServer, runZaggBeside, startCmrServer } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
let cmr: CmrServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-catalog-"));
  cmr = await startCmrServer([
    item("ATL06_20240110120000_04002211_007_01.h5", [
      [-81, 20],
      [-81, 30],
      [-83, 30],
      [-83, 20],
      [-81, 20],
    ]),
    item("ATL06_20240111120000_04002111_007_01.h5", [
      [-75, 100],
      [-75, 101],
      [-76, 101],
      [-76, 100],
      [-75, 100],
    ]),
    item("ATL06_20240112120000_04012211_007_01.h5", []),
  ]);
});
afterAll(async () => {
  await cmr.close();
  await rm(folder, { recursive: true });
});

const zagg = (...args: string[]) => runZaggBeside(args, folder);

/** A granule as CMR describes it, with a ring of [latitude, longitude]. */
function item(name: string, ring: readonly (readonly [number, number])[]): CmrItem {
  const points = ring.map(([Latitude, Longitude]) => ({ Latitude, Longitude }));
  const url = `nsidc-cumulus-prod-protected/ATLAS/ATL06/007/2024/01/10/${name}`;
  return {
    meta: { "concept-id": `G-${name}` },
    umm: {
      GranuleUR: name,
      RelatedUrls: [
        { URL: `s3://${url}`, Type: "GET DATA VIA DIRECT ACCESS" },
        { URL: `https://data.nsidc.earthdatacloud.nasa.gov/${url}`, Type: "GET DATA" },
      ],
      SpatialExtent: {
        HorizontalSpatialDomain: {
          Geometry: points.length > 0 ? { GPolygons: [{ Boundary: { Points: points } }] } : {},
        },
      },
    },
  };
}

describe("zagg catalog from CMR", () => {
  test("a cycle over Antarctica: the old name, other cycles and unusable granules told", async () => {
    const { status, stdout, stderr } = await zagg("catalog", "--cycle", "22", "--cmr-url", cmr.url);
    expect(status, stderr).toBe(0);
    const path = "catalog_ATL06_cycle22_order6.json";
    expect(stdout).toContain(path);
    expect(stderr).toContain("CMR has 3 granules");
    expect(stderr).toContain("1 are of another cycle");
    expect(stderr).toContain("1 cannot be used");
    expect(stderr).toContain(`zagg run --config atl06 --catalog ${path}`);

    const catalog = JSON.parse(await readFile(join(folder, path), "utf8"));
    expect(catalog.granules.map(({ id }: { id: string }) => id)).toEqual([
      "ATL06_20240110120000_04002211_007_01.h5",
    ]);
    expect(cmr.requests.at(-1)?.query.get("version")).toBe("007");
  });

  test("--version is the product's, a GeoJSON file the region, --bbox cuts it", async () => {
    const ring = [
      [10, -84],
      [40, -84],
      [40, -80],
      [10, -80],
      [10, -84],
    ];
    await writeFile(join(folder, "region.geojson"), JSON.stringify({ type: "Polygon", coordinates: [ring] }));
    const dates = ["--start-date", "2024-01-06", "--end-date", "2024-01-12"];
    const search = [
      "catalog",
      ...dates,
      "--version",
      "006",
      "--cmr-url",
      cmr.url,
      "--json",
      "--output",
      "c.json",
    ];
    const whole = JSON.parse((await zagg(...search, "--area", "region.geojson")).stdout);
    const part = JSON.parse(
      (await zagg(...search, "--polygon", "region.geojson", "--bbox", "10,-84,20,-82")).stdout,
    );
    expect(cmr.requests.at(-1)?.query.get("version")).toBe("006");
    expect(whole.metadata).toMatchObject({ polygon: "region.geojson", version: "006" });
    expect(part.shards).toBeGreaterThan(0);
    expect(part.shards).toBeLessThan(whole.shards);
  });

  test("inspect counts and draws", async () => {
    const { status, stdout } = await zagg("catalog", "inspect", "c.json", "--svg", "map.svg", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: "zagg-catalog-summary/1", granules: 1 });
    expect(await readFile(join(folder, "map.svg"), "utf8")).toMatch(/^<svg/);
  });

  test("a place that is not CMR's: exit code 4", async () => {
    const { status, stdout, stderr } = await zagg(
      "catalog",
      "--cycle",
      "22",
      "--cmr-url",
      `${cmr.url}/elsewhere`,
    );
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toContain("404");
  });

  test.each([
    [["--start-date", "2024-01-06"], 2, "--end-date"],
    [["--cycle", "22", "--start-date", "2024-01-06"], 2, "exclude each other"],
    [["--cycle", "22", "--bbox", "1,2,3"], 2, "west,south,east,north"],
    [["--cycle", "22", "--area", "atlantis"], 2, "atlantis"],
    [[], 2, "--granules"],
  ])(
    "%j: exit code %i, nothing written",
    async (args, code, message) => {
      const before = await readdir(folder);
      const { status, stdout, stderr } = await zagg("catalog", ...args);
      expect({ status, stdout }).toEqual({ status: code, stdout: "" });
      expect(stderr).toContain(message);
      expect(await readdir(folder)).toEqual(before);
    },
    300_000,
  );
});
