import fc from "fast-check";
import { expect, test } from "vitest";
import { rowPositions, rowRanges } from "./row-ranges.js";

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
