import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf } from "@zagg/healpix";
import type { Column } from "@zagg/stats";
import { fileSource, type OpenSource, StorageError, wrap } from "@zagg/storage";
import {
  type SampleBeam,
  type SampleColumn,
  type SampleGranule,
  sampleGranules,
  seededRandom,
  writeGranule,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import { GranuleError, isGranuleError } from "./granule-error.js";
import { readGranule, type ShardTarget } from "./read-granule.js";
import { MISSING_COORDINATES } from "./read-group.js";
import { readSpec } from "./read-spec.js";

const SEGMENTS = "/{group}/land_ice_segments";
const QUALITY = { dataset: `${SEGMENTS}/atl06_quality_summary`, op: "eq", value: 0 } as const;
const spec = readSpec(defaultConfig(), ["h_li", "s_li", "latitude", "longitude", "granule"]);
const [granule] = sampleGranules as readonly [SampleGranule];
const CHILDREN = 4 ** 6;
const shardAt = (longitude: number, latitude: number): ShardTarget => ({
  parentOrder: 6,
  childOrder: 12,
  latitude: "authalic",
  shard: cellOf(6, longitude, latitude, "authalic"),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-granule-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rows of what a beam was made of that lie in the shard, whatever their flags. */
function rowsIn({ shard }: ShardTarget, { columns }: SampleBeam): number[] {
  const { latitude, longitude } = columns as Record<string, Float64Array>;
  return [...(latitude?.keys() ?? [])].filter((i) => {
    const [lat, lon] = [latitude?.[i] as number, longitude?.[i] as number];
    return Math.abs(lat) <= 90 && lon <= 360 && cellOf(6, lon, lat, "authalic") === shard;
  });
}

const at = (values: SampleColumn | undefined, rows: readonly number[]) =>
  rows.map((row) => Number(values?.[row]));
const isMissing = ({ values, missing }: Column) => [...values].map((_, i) => missing?.[i] === 1);

describe.each(sampleGranules)("$id", ({ id, path, beams, ...rest }) => {
  const places = beams.flatMap((beam) =>
    [...(beam.columns.latitude ?? [])].map(
      (lat, i) => [Number(beam.columns.longitude?.[i]), Number(lat)] as const,
    ),
  );
  const shards = new Map(
    places
      .filter(([lon, lat]) => Math.abs(lat) <= 90 && lon <= 360)
      .map(([lon, lat]) => shardAt(lon, lat))
      .map((target) => [target.shard, target]),
  );

  test.each([...shards.values()])(
    "gives shard $shard every row that was put there, once, in order",
    async (target) => {
      const result = await readGranule(id, () => fileSource(path), spec, target);
      expect(result.failure).toBeUndefined();
      expect(result.rowsScanned).toBe(
        beams.reduce((sum, { columns }) => sum + (columns.latitude?.length ?? 0), 0),
      );
      expect(result.absentGroups).toBe(6 - beams.length);
      expect(result.version?.size).toBeGreaterThan(10_000);
      expect(rest.format).toMatch(/^v1/);

      let dropped = 0;
      const given = new Map(result.points.map((points) => [spec.groups[points.group], points]));
      for (const beam of beams) {
        const there = rowsIn(target, beam);
        const rows = there.filter((row) => beam.columns.atl06_quality_summary?.[row] === 0);
        dropped += there.length - rows.length;
        const points = given.get(beam.name);
        expect(points !== undefined, beam.name).toBe(rows.length > 0);
        if (!points) continue;
        const [latitude, longitude] = [beam.columns.latitude, beam.columns.longitude].map((all) =>
          at(all, rows),
        );
        const cells = rows.map((_, i) =>
          cellOf(12, longitude?.[i] as number, latitude?.[i] as number, "authalic"),
        );
        expect([...points.ranks]).toEqual(cells.map((cell) => cell - target.shard * CHILDREN));
        for (const [name, dataset] of [
          ["h_li", "h_li"],
          ["s_li", "h_li_sigma"],
          ["latitude", "latitude"],
          ["longitude", "longitude"],
        ] as const) {
          const column = points.columns.get(name) as Column;
          const made = at(beam.columns[dataset], rows);
          expect([...column.values], name).toEqual(made);
          expect(isMissing(column), name).toEqual(made.map((value) => value === beam.fills[dataset]));
          expect(column.values.constructor, name).toBe(beam.columns[dataset]?.constructor);
        }
        expect([...points.columns.keys()].sort()).toEqual(["h_li", "latitude", "longitude", "s_li"]);
      }
      expect(result.emptyGroups).toBe(beams.length - result.points.length);
      expect(result.dropped[`${QUALITY.dataset} eq 0`] ?? 0).toBe(dropped);
    },
  );
});

describe("what is left out", () => {
  test("rows without a latitude count everywhere, without a longitude where the latitude fits", async () => {
    const { points, dropped, rowsScanned, emptyGroups } = await readGranule(
      granule.id,
      () => fileSource(granule.path),
      { ...spec, groups: ["gt3l"] },
      shardAt(10, 0),
    );
    expect({ points, dropped, rowsScanned, emptyGroups }).toEqual({
      points: [],
      dropped: { [MISSING_COORDINATES]: 2 },
      rowsScanned: 176,
      emptyGroups: 1,
    });
    const [lost] = granule.beams.filter(({ name }) => name === "gt3l").map(({ columns }) => columns);
    const there = shardAt(Number(lost?.longitude?.[59]), Number(lost?.latitude?.[59]));
    const near = await readGranule(
      granule.id,
      () => fileSource(granule.path),
      { ...spec, groups: ["gt3l"] },
      there,
    );
    expect(near.dropped[MISSING_COORDINATES]).toBe(3);
  });

  test("filters come one after the other, and each counts what it dropped of the rest", async () => {
    const { points, dropped } = await readGranule(
      granule.id,
      () => fileSource(granule.path),
      {
        ...spec,
        groups: ["gt1l"],
        filters: [QUALITY, { dataset: `${SEGMENTS}/h_li`, op: "lt", value: 1250 }],
      },
      shardAt(9.55, -75.4),
    );
    const [beam] = granule.beams as readonly [SampleBeam];
    const { columns } = beam;
    const there = rowsIn(shardAt(9.55, -75.4), beam);
    const good = there.filter((row) => columns.atl06_quality_summary?.[row] === 0);
    const low = good.filter((row) => Number(columns.h_li?.[row]) < 1250);
    expect(low.length).toBeGreaterThan(0);
    expect(low.length).toBeLessThan(good.length);
    expect(dropped).toEqual({
      [`${QUALITY.dataset} eq 0`]: there.length - good.length,
      [`${SEGMENTS}/h_li lt 1250`]: good.length - low.length,
    });
    expect([...(points[0]?.columns.get("h_li")?.values ?? [])]).toEqual(at(columns.h_li, low));
  });
});

/** A track so long, and with values so random, that its file is not fetched whole when it is opened. */
const noise = seededRandom(5);
const random = () => Float64Array.from({ length: 220_000 }, () => noise() + noise() / 2 ** 32);
const LONG: SampleBeam = {
  name: "gt1l",
  fills: {},
  columns: {
    latitude: random().map((value, i) => -76 + i * 1e-5 + value * 1e-6),
    longitude: random().map((value) => 10 + value * 1e-3),
    atl06_quality_summary: new Int8Array(220_000),
    h_li: random(),
    h_li_sigma: random(),
  },
};
describe("a source that fails", () => {
  const refusing = (code: ConstructorParameters<typeof StorageError>[0]) => {
    const fail = async () => {
      throw new StorageError(code, "https://archive/x", "refused by the test");
    };
    let closed = 0;
    const source: OpenSource = {
      url: "https://archive/x",
      size: fail,
      read: fail,
      version: fail,
      metrics: () => ({ requests: 1, bytes: 0, retries: 0, waitMs: 0 }),
      close: async () => void closed++,
    };
    return { source, closed: () => closed };
  };

  test.each([
    ["not-found", "missing"],
    ["auth", "auth"],
    ["denied", "auth"],
    ["short-read", "corrupt"],
    ["changed", "corrupt"],
    ["network", "network"],
    ["throttled", "network"],
    ["unavailable", "network"],
  ] as const)("%s: %s", async (code, kind) => {
    const { source, closed } = refusing(code);
    const { failure, version, points, metrics } = await readGranule(
      "a.h5",
      () => source,
      spec,
      shardAt(10, -75),
    );
    expect(isGranuleError(failure)).toBe(true);
    expect(failure).toMatchObject({ kind, code, granule: "a.h5", cause: { url: "https://archive/x" } });
    expect(failure?.message).toMatch(/^a\.h5: /);
    expect({ version, points, metrics }).toMatchObject({
      version: undefined,
      points: [],
      metrics: { requests: 1 },
    });
    expect(closed()).toBe(1);
  });

  test("one that fails once the file is open", async () => {
    const path = join(folder, "long.h5");
    await writeGranule(path, { ...granule, beams: [LONG] }, 10_000);
    const inner = fileSource(path);
    const source = wrap(inner, {
      read: async (offset, length, options) => {
        if (offset > 0) throw new StorageError("network", inner.url, "gone");
        return inner.read(offset, length, options);
      },
    });
    const result = await readGranule("long.h5", () => source, spec, shardAt(10, -75));
    expect(result).toMatchObject({
      failure: { kind: "network" },
      failedGroups: 1,
      absentGroups: 5,
      points: [],
    });
    expect(result.version?.size).toBeGreaterThan(4_000_000);
  });

  test("an opener that knows why keeps its reason; a mistake of ours is called that", async () => {
    const told = new GranuleError("missing", "a.h5", "no-location", "nowhere");
    const opening = (error: Error) =>
      readGranule(
        "a.h5",
        () => {
          throw error;
        },
        spec,
        shardAt(10, -75),
      );
    expect((await opening(told)).failure).toBe(told);
    const { failure, metrics } = await opening(new TypeError("x is undefined"));
    expect(failure).toMatchObject({ kind: "internal", code: "internal", message: "a.h5: x is undefined" });
    expect(metrics).toEqual({ requests: 0, bytes: 0, retries: 0, waitMs: 0 });
  });
});
