import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellOf } from "./cell.js";
import { childrenOf } from "./family.js";
import type { Latitude } from "./latitude.js";
import { cellCount } from "./order.js";
import { selectShard, shardSelector } from "./shard.js";

function select(
  parent: number,
  shard: number,
  child: number,
  latitude: Latitude,
  lon: Float64Array,
  lat: Float64Array,
) {
  const rows = new Uint32Array(lon.length);
  const ranks = new Uint32Array(lon.length);
  const kept = selectShard(
    shardSelector(parent, shard, child, latitude),
    lon,
    lat,
    0,
    lon.length,
    rows,
    ranks,
  );
  return { rows: rows.subarray(0, kept), ranks: ranks.subarray(0, kept) };
}

const coordinate = (limit: number) =>
  fc.oneof(
    fc.double({ min: -limit, max: limit, noNaN: true }),
    fc.constantFrom(0, -limit, limit, 45, 3.4e38, Number.NaN),
  );

describe("picking a shard's points", () => {
  it("keeps exactly the points whose cell is a child of the shard", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 6 }),
        fc.nat(),
        fc.constantFrom<Latitude>("authalic", "geodetic"),
        fc.array(fc.tuple(coordinate(360), coordinate(90)), { minLength: 1, maxLength: 50 }),
        (parent, levels, at, latitude, points) => {
          const shard = at % cellCount(parent);
          const child = parent + levels;
          const { first, count } = childrenOf(parent, shard, child);
          const cells = points.map(([x, y]) => cellOf(child, x, y, latitude));
          const expected = cells.flatMap((cell, row) =>
            cell >= first && cell < first + count ? [[row, cell - first]] : [],
          );
          const lon = Float64Array.from(points, (p) => p[0]);
          const lat = Float64Array.from(points, (p) => p[1]);
          const { rows, ranks } = select(parent, shard, child, latitude, lon, lat);
          expect(Array.from(rows, (row, k) => [row, ranks[k]])).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("shares out a long track, every point to one shard", () => {
    const length = 50_000;
    const lat = Float64Array.from({ length }, (_, k) => 88 * Math.sin((k / length) * 40));
    const lon = Float64Array.from({ length }, (_, k) => ((k * 0.0731) % 720) - 360);
    const owner = new Int32Array(length).fill(-1);
    for (let shard = 0; shard < cellCount(3); shard++) {
      for (const row of select(3, shard, 12, "authalic", lon, lat).rows) {
        expect(owner[row]).toBe(-1);
        owner[row] = shard;
      }
    }
    expect(owner.every((shard, k) => shard === cellOf(3, lon[k] ?? 9, lat[k] ?? 9, "authalic"))).toBe(true);
  });

  it("reads only the rows asked for", () => {
    const lon = Float64Array.from({ length: 3000 }, () => 10);
    const lat = Float64Array.from({ length: 3000 }, () => -75);
    const rows = new Uint32Array(1200);
    const ranks = new Uint32Array(1200);
    const selector = shardSelector(6, cellOf(6, 10, -75, "geodetic"), 12, "geodetic");
    expect(selectShard(selector, lon, lat, 1700, 2900, rows, ranks)).toBe(1200);
    expect([rows[0], rows[1199]]).toEqual([1700, 2899]);
  });

  it("refuses cells coarser than the shard, and more levels than 32-bit ranks hold", () => {
    expect(() => shardSelector(6, 0, 5, "geodetic")).toThrow(/order/);
    expect(() => shardSelector(2, 0, 18, "geodetic")).toThrow(/order/);
  });
});
