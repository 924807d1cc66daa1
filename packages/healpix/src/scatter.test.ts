import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellOf, cellOf64 } from "./cell.js";
import { childrenOf, parentOf } from "./family.js";
import type { Latitude } from "./latitude.js";
import { cellCount } from "./order.js";
import { checkChildOrder, rankDepth, scatterRows, shardScatter, sortBySlot } from "./scatter.js";

function scatter(
  parentOrder: number,
  shards: readonly number[],
  latitude: Latitude,
  lon: Float64Array,
  lat: Float64Array,
) {
  const [rows, slots, ranks] = [
    new Uint32Array(lon.length),
    new Uint32Array(lon.length),
    new Uint32Array(lon.length),
  ];
  const prepared = shardScatter({ parentOrder, latitude }, shards);
  const kept = scatterRows(prepared, lon, lat, 0, lon.length, { rows, slots, ranks });
  return Array.from({ length: kept }, (_, k) => ({
    row: rows[k] as number,
    shard: shards[slots[k] as number] as number,
    rank: ranks[k] as number,
  }));
}

const coordinate = (limit: number) =>
  fc.oneof(
    fc.double({ min: -limit, max: limit, noNaN: true }),
    fc.constantFrom(0, -limit, limit, 45, 3.4e38, Number.NaN),
  );

const latitudes = fc.constantFrom<Latitude>("authalic", "geodetic");
const points = fc.array(fc.tuple(coordinate(360), coordinate(90)), { minLength: 1, maxLength: 50 });

describe("scattering points to shards", () => {
  it("keeps exactly the points in them; a rank cut short is the cell of every coarser order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 6 }),
        fc.uniqueArray(fc.nat(191), { minLength: 1, maxLength: 12 }),
        latitudes,
        points,
        (parent, orders, ids, latitude, at) => {
          const shards = [...new Set(ids.map((id) => id % cellCount(parent)))];
          const child = parent + orders;
          const expected = at.flatMap(([x, y], row) => {
            const shard = cellOf(parent, x, y, latitude);
            if (!shards.includes(shard)) return [];
            return [
              { row, shard, rank: cellOf(child, x, y, latitude) - childrenOf(parent, shard, child).first },
            ];
          });
          const lon = Float64Array.from(at, (p) => p[0]);
          const lat = Float64Array.from(at, (p) => p[1]);
          const shift = 2 * (rankDepth(parent) - orders);
          const found = scatter(parent, shards, latitude, lon, lat);
          expect(found.map(({ rank, ...each }) => ({ ...each, rank: rank >>> shift }))).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("tells cells to order 29, as ids of 64 bits do", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 24 }),
        coordinate(360),
        coordinate(90),
        latitudes,
        (parent, x, y, of) => {
          const shard = cellOf(parent, x, y, of);
          if (shard < 0) return;
          const order = parent + rankDepth(parent);
          const [found] = scatter(parent, [shard], of, Float64Array.of(x), Float64Array.of(y));
          const first = childrenOf(parent, BigInt(shard), order).first;
          expect(BigInt(found?.rank ?? -1)).toBe(cellOf64(order, x, y, of) - first);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("shares out a long track, every point to one shard", () => {
    const length = 50_000;
    const lat = Float64Array.from({ length }, (_, k) => 88 * Math.sin((k / length) * 40));
    const lon = Float64Array.from({ length }, (_, k) => ((k * 0.0731) % 720) - 360);
    const shards = Array.from({ length: cellCount(3) }, (_, shard) => shard);
    const found = scatter(3, shards, "authalic", lon, lat);
    expect(found.map(({ row }) => row)).toEqual([...lat.keys()]);
    expect(
      found.every(({ row, shard }) => shard === cellOf(3, lon[row] ?? 9, lat[row] ?? 9, "authalic")),
    ).toBe(true);
  });

  it("reads only the rows asked for", () => {
    const lon = new Float64Array(3000).fill(10);
    const lat = new Float64Array(3000).fill(-75);
    const out = { rows: new Uint32Array(1200), slots: new Uint32Array(1200), ranks: new Uint32Array(1200) };
    const shards = [cellOf(6, 10, -75, "geodetic")];
    const prepared = shardScatter({ parentOrder: 6, latitude: "geodetic" }, shards);
    expect(scatterRows(prepared, lon, lat, 1700, 2900, out)).toBe(1200);
    expect([out.rows[0], out.rows[1199]]).toEqual([1700, 2899]);
  });

  it("refuses cells coarser than the shard, and finer than its ranks or HEALPix tell", () => {
    expect(() => checkChildOrder(6, 5)).toThrow(/order/);
    expect(() => checkChildOrder(2, 18)).toThrow(/order/);
    expect(() => checkChildOrder(20, 30)).toThrow(/order/);
    checkChildOrder(6, 21);
    checkChildOrder(20, 29);
  });
});

it("entries are sorted by slot, and keep their order in one", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (slots) => {
      const { order, starts } = sortBySlot(Uint32Array.from(slots), 10);
      const expected = [...slots.keys()].sort((a, b) => (slots[a] as number) - (slots[b] as number) || a - b);
      expect([...order]).toEqual(expected);
      const before = (slot: number) => slots.filter((each) => each < slot).length;
      expect([...starts]).toEqual(Array.from({ length: 11 }, (_, slot) => before(slot)));
    }),
  );
});

it("parents of ranks are those of ids", () => {
  const cell = cellOf(12, 10, -75, "authalic");
  const [found] = scatter(6, [parentOf(12, cell, 6)], "authalic", Float64Array.of(10), Float64Array.of(-75));
  expect((found?.rank ?? 0) >>> (2 * (rankDepth(6) - 6))).toBe(cell % 4096);
});
