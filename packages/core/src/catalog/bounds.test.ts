import { cellOf, coverageOf } from "@zagg/healpix";
import { expect, test, vi } from "vitest";
import { assembleCatalog } from "./assemble.js";
import { applyBounds } from "./bounds.js";
import type { CatalogGranule } from "./model.js";

const at = (lon: number, lat: number) => cellOf(6, lon, lat, "authalic");
const granule = (id: string, start: string | undefined, end: string | undefined, ...cells: number[]) => ({
  granule: { id, s3: `s3://b/${id}`, ...(start && { start }), ...(end && { end }) } satisfies CatalogGranule,
  coverage: coverageOf(6, cells),
});

const west = at(-60, -75);
const east = at(60, -75);
const catalog = assembleCatalog({ grid: { parentOrder: 6, latitude: "authalic" } }, [
  granule("a.h5", "2024-01-01T23:50:00Z", "2024-01-02T00:10:00Z", west, east),
  granule("b.h5", "2024-01-03T00:00:00Z", "2024-01-03T00:10:00Z", west),
  granule("c.h5", undefined, undefined, east),
]);
const ids = (bounded: { catalog: { granules: readonly { id: string }[] } }) =>
  bounded.catalog.granules.map((g) => g.id);

test("without bounds, the catalog itself", () => {
  expect(applyBounds(catalog, undefined)).toMatchObject({
    shardsOutside: 0,
    granulesOutside: 0,
    notices: [],
  });
  expect(applyBounds(catalog, undefined).catalog).toBe(catalog);
});

test("a period keeps granules that reach into it, and those whose times are unknown; shards stay", () => {
  const period = { start: "2024-01-02T00:00:00Z", end: "2024-01-02T23:59:59.999Z" };
  const bounded = applyBounds(catalog, { temporal: period });
  expect(ids(bounded)).toEqual(["a.h5", "c.h5"]);
  expect(bounded.catalog.shards).toHaveLength(2);
  expect(bounded).toMatchObject({ shardsOutside: 0, granulesOutside: 1 });
  expect(bounded.notices).toEqual([
    expect.stringContaining("0 shards and 1 granules"),
    expect.stringContaining("keeps 1 granules of which nothing tells"),
  ]);
});

test("a box keeps shards that it touches, whole, and their granules", () => {
  const bounded = applyBounds(catalog, { spatial: { west: 59.9, south: -75.1, east: 60.1, north: -74.9 } });
  expect(ids(bounded)).toEqual(["a.h5", "c.h5"]);
  expect(bounded.catalog.shards.map(({ granules }) => granules)).toEqual([[0, 1]]);
  expect(bounded).toMatchObject({ shardsOutside: 1, granulesOutside: 1 });
});

test("a box beside all shards is a mistake", () => {
  const spatial = { west: 0, south: 0, east: 1, north: 1 };
  expect(() => applyBounds(catalog, { spatial })).toThrow(/bounds\.spatial/);
});

test.each(["UTC", "America/Los_Angeles", "Asia/Tokyo"])(
  "times without a zone are UTC, also in %s",
  (zone) => {
    vi.stubEnv("TZ", zone);
    const naive = assembleCatalog({ grid: { parentOrder: 6, latitude: "authalic" } }, [
      granule("a.h5", "2024-01-02T23:50:00.000000", "2024-01-02T23:55:00.000000", west),
      granule("b.h5", "2024-01-03 00:10:00", "2024-01-03 00:15:00", west),
    ]);
    const period = { start: "2024-01-02T00:00:00Z", end: "2024-01-02T23:59:59.999Z" };
    expect(ids(applyBounds(naive, { temporal: period }))).toEqual(["a.h5"]);
    vi.unstubAllEnvs();
  },
);

test("a box in 0..360 is that in −180..180", () => {
  const spatial = { west: 299.9, south: -75.1, east: 300.1, north: -74.9 };
  const same = { west: -60.1, south: -75.1, east: -59.9, north: -74.9 };
  expect(applyBounds(catalog, { spatial })).toEqual(applyBounds(catalog, { spatial: same }));
});

test("of a granule in two releases the newer one counts, and it is told", () => {
  const [old, recent] = ["005_01", "006_02"].map((age) => `ATL06_20190222031203_08500210_${age}.h5`);
  const both = assembleCatalog({ grid: { parentOrder: 6, latitude: "authalic" } }, [
    granule(old as string, undefined, undefined, west),
    granule(recent as string, undefined, undefined, west),
    granule("c.h5", undefined, undefined, east),
  ]);
  const bounded = applyBounds(both, undefined);
  expect(ids(bounded)).toEqual([recent, "c.h5"]);
  expect(bounded.catalog.shards.map(({ granules }) => granules)).toEqual([[1], [0]]);
  expect(bounded.notices).toEqual([`${old} is left out: ${recent} is a newer file of the same granule`]);
});
