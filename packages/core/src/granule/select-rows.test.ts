import { cellOf, parentOf } from "@zagg/healpix";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rowPositions, rowRanges, selectRows } from "./select-rows.js";

const ascending = fc.uniqueArray(fc.nat(500), { minLength: 1 }).map((rows) => Uint32Array.from(rows).sort());

test("ranges hold every row, are disjoint, ascend, and lie at least a gap apart", () => {
  fc.assert(
    fc.property(ascending, fc.integer({ min: 1, max: 50 }), (rows, gap) => {
      const ranges = rowRanges(rows, gap);
      for (const row of rows) expect(ranges.some(([start, stop]) => start <= row && row < stop)).toBe(true);
      ranges.slice(1).forEach(([start], i) => {
        expect(start - (ranges[i] as [number, number])[1]).toBeGreaterThanOrEqual(gap);
      });
    }),
  );
});

test("positions find each row in what the ranges give", () => {
  fc.assert(
    fc.property(ascending, fc.integer({ min: 1, max: 50 }), (rows, gap) => {
      const ranges = rowRanges(rows, gap);
      const read = ranges.flatMap(([start, stop]) =>
        Array.from({ length: stop - start }, (_, i) => start + i),
      );
      expect([...rowPositions(rows, ranges)].map((position) => read[position])).toEqual([...rows]);
    }),
  );
});

test("rows without coordinates are counted and belong to no shard", () => {
  const longitude = Float64Array.of(10, Number.NaN, 10, 3.4e38);
  const latitude = Float64Array.of(-75, -75, 91, -75);
  const shard = parentOf(12, cellOf(12, 10, -75, "geodetic"), 6);
  const target = { parentOrder: 6, childOrder: 12, latitude: "geodetic", shard } as const;
  const selected = selectRows(longitude, latitude, target);
  expect([...selected.rows]).toEqual([0]);
  expect(shard * 4096 + (selected.ranks[0] as number)).toBe(cellOf(12, 10, -75, "geodetic"));
  expect(selected.withoutCoordinates).toBe(3);
});
