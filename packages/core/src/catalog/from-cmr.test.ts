import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CmrFault,
  type CmrItem,
  type CmrServer,
  startCmrServer,
  trackGranules,
  trackItem,
} from "@zagg/testing";
import { afterEach, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import type { Config } from "../terms/index.js";
import { catalogText, loadCatalog, parseCatalog, writeCatalog } from "./catalog-file.js";
import { catalogFromCmr, catalogName, type FromCmrOptions } from "./from-cmr.js";

let server: CmrServer;
afterEach(() => server?.close());

const tracks = trackGranules(250);
const items = tracks.map(trackItem);
const retry = { baseMs: 1, capMs: 5, budgetMs: 10_000 };

/** The catalog of `options` from a CMR that has `found`, and what CMR was asked. */
async function ask(
  options: FromCmrOptions,
  found: readonly CmrItem[] = items,
  faults: readonly (CmrFault | undefined)[] = [],
  config: Config = defaultConfig(),
) {
  server = await startCmrServer(found, faults);
  const made = await catalogFromCmr(config, { ...options, cmr: { url: server.url, pageSize: 100, retry } });
  return { ...made, query: Object.fromEntries(server.requests[0]?.query ?? []) };
}

describe("a catalog of what CMR has", () => {
  test("cycle 22 of Antarctica: asks for the box of the shards, keeps links, sizes and times", async () => {
    const { catalog, report, query } = await ask({ cycle: 22 });
    expect(query).toMatchObject({
      provider: "NSIDC_CPRD",
      short_name: "ATL06",
      version: "007",
      temporal: "2024-01-06T00:00:00Z,2024-04-06T23:59:59Z",
    });
    const [west, south, east, north] = (query.bounding_box ?? "").split(",").map(Number);
    expect([west, south, east]).toEqual([-180, -90, 180]);
    expect(north).toBeCloseTo(-62, 0);
    expect(server.requests).toHaveLength(3);
    expect(report).toMatchObject({ found: 250, otherCycle: 0, unusable: [] });
    expect(catalog.granules.length + report.outside).toBe(250);
    expect(catalog.shards).toHaveLength(1344);
    const [granule] = catalog.granules;
    const path = `nsidc-cumulus-prod-protected/ATLAS/ATL06/007/2024/01/07/${granule?.id}`;
    expect(granule).toEqual({
      id: granule?.id,
      s3: `s3://${path}`,
      https: `https://data.nsidc.earthdatacloud.nasa.gov/${path}`,
      size: expect.any(Number),
      start: "2024-01-07T00:11:22.000Z",
      end: "2024-01-07T00:19:45.000Z",
    });
    expect(catalog.metadata).toEqual({
      grid: { parentOrder: 6, latitude: "authalic" },
      source: "cmr",
      shortName: "ATL06",
      version: "007",
      provider: "NSIDC_CPRD",
      startDate: "2024-01-06",
      endDate: "2024-04-06",
      cycle: 22,
      area: "antarctica",
    });
    expect(catalogName(catalog.metadata)).toBe("catalog_ATL06_cycle22_order6.json");
  });

  test("the same bytes whatever went wrong on the way", async () => {
    const calm = await ask({ cycle: 22 });
    await server.close();
    const faults: CmrFault[] = [
      { kind: "status", status: 502 },
      { kind: "status", status: 429, headers: { "retry-after": "0" } },
      { kind: "truncated" },
      { kind: "cut" },
      { kind: "reset" },
    ];
    const rough = await ask({ cycle: 22 }, [...items].reverse(), faults);
    expect(catalogText(rough.catalog, "c.json")).toBe(catalogText(calm.catalog, "c.json"));
    expect(server.requests).toHaveLength(3 + faults.length);
  });

  test("a smaller box, finer shards, another product, a buffer: all recorded", async () => {
    const options: FromCmrOptions = {
      startDate: "2024-01-06",
      endDate: "2024-01-31",
      shortName: "ATL08",
      version: "006",
      provider: "OTHER",
      bbox: [-20, -75, 20, -70],
      parentOrder: 7,
      latitude: "geodetic",
      bufferKm: 5,
    };
    const { catalog, query } = await ask(options);
    expect(query).toMatchObject({ short_name: "ATL08", version: "006", provider: "OTHER" });
    const [west, south, east, north] = (query.bounding_box ?? "").split(",").map(Number) as [
      number,
      number,
      number,
      number,
    ];
    // Whole shards, and the buffer around them.
    expect(west).toBeLessThan(-20);
    expect(south).toBeLessThan(-75);
    expect(east).toBeGreaterThan(20);
    expect(north).toBeGreaterThan(-70 + 0.04);
    expect(catalog.metadata).toMatchObject({
      bbox: [-20, -75, 20, -70],
      bufferKm: 5,
      startDate: "2024-01-06",
      endDate: "2024-01-31",
    });
    expect(catalog.metadata.grid).toEqual({ parentOrder: 7, latitude: "geodetic" });
    expect(parseCatalog(catalogText(catalog, "/c.json"), "/c.json")).toEqual(catalog);
  });

  test("bounds of the config are defaults for dates and box", async () => {
    const config: Config = {
      ...defaultConfig(),
      bounds: {
        temporal: { start: "2024-02-01T00:00:00Z", end: "2024-02-10T23:59:59.999Z" },
        spatial: { west: -20, south: -75, east: 20, north: -70 },
      },
    };
    const bounded = await ask({}, items, [], config);
    expect(bounded.query.temporal).toBe("2024-02-01T00:00:00Z,2024-02-10T23:59:59Z");
    expect(bounded.catalog.metadata.bbox).toEqual([-20, -75, 20, -70]);
    await server.close();
    const own = await ask({ startDate: "2024-02-03", bbox: [-10, -74, 10, -72] }, items, [], config);
    expect(own.query.temporal).toBe("2024-02-03T00:00:00Z,2024-02-10T23:59:59Z");
    expect(own.catalog.metadata.bbox).toEqual([-10, -74, 10, -72]);
  });

  test("granules of the cycle before, and ones without a footprint or a link, are told", async () => {
    const before = trackItem(
      { ...(tracks[0] as (typeof tracks)[0]), id: "ATL06_20240106001122_13872112_007_01.h5" },
      900,
    );
    const orbit = structuredClone(items[1]) as CmrItem & { umm: { SpatialExtent: object } };
    orbit.umm.SpatialExtent = { HorizontalSpatialDomain: { Orbit: { AscendingCrossing: -40 } } };
    const lost = structuredClone(items[2]) as CmrItem & { umm: { RelatedUrls: object[] } };
    lost.umm.RelatedUrls = [];
    const { catalog, report } = await ask({ cycle: 22 }, [before, orbit, lost, ...items.slice(3)]);
    expect(report).toMatchObject({ found: 250, otherCycle: 1 });
    const unusable = [
      { id: tracks[1]?.id, reason: "orbit" },
      { id: tracks[2]?.id, reason: "no-link" },
    ].sort((a, b) => ((a.id ?? "") < (b.id ?? "") ? -1 : 1));
    expect(catalog.metadata.unusable).toEqual(unusable);
    const folder = await mkdtemp(join(tmpdir(), "zagg-from-cmr-"));
    await writeCatalog(catalog, join(folder, "c.json"));
    expect((await loadCatalog(join(folder, "c.json"))).metadata.unusable).toEqual(unusable);
    await rm(folder, { recursive: true });
  });

  test.each<[string, FromCmrOptions, RegExp]>([
    ["no dates", {}, /--start-date is missing/],
    ["no end", { startDate: "2024-01-01" }, /--end-date is missing/],
    ["a cycle and dates", { cycle: 22, startDate: "2024-01-01" }, /exclude each other/],
    ["no day", { startDate: "2024-13-01", endDate: "2024-12-01" }, /not a day/],
    ["a day that its month lacks", { startDate: "2024-02-30", endDate: "2024-12-01" }, /not a day/],
    [
      "a day in words",
      { startDate: "2024-01-06", endDate: "6 May 2024" },
      /--end-date 6 May 2024: not a day/,
    ],
    ["the end before the start", { startDate: "2024-02-01", endDate: "2024-01-01" }, /is before/],
    ["a parent order above the cells'", { cycle: 22, parentOrder: 13 }, /smaller than the cells/],
    ["a box beside the area", { cycle: 22, bbox: [0, 0, 1, 1] }, /--area world/],
  ])("%s: refused before CMR is asked", async (_, options, message) => {
    await expect(ask(options)).rejects.toThrow(message);
    expect(server.requests).toEqual([]);
  });
});
