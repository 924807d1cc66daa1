import fc from "fast-check";
import { expect, test } from "vitest";
import { sort } from "./sequences.js";

test("few rows and many are sorted as typed arrays sort: -0 before 0, NaN last", () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(-1, 0, -0, 1, Number.NaN, Infinity));
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 100 }), fc.array(value, { maxLength: 100 }), (some, more) => {
      for (const rows of [some, Float64Array.from(more)]) {
        const out = new Float64Array(rows.length + 2);
        expect(sort(rows, 1, Math.max(1, rows.length), out, 2)).toBe(Math.max(0, rows.length - 1));
        const sorted = [...rows.slice(1).sort()];
        expect([...out.subarray(2, 2 + sorted.length)].map((x) => [x, Object.is(x, -0)])).toEqual(
          sorted.map((x) => [x, Object.is(x, -0)]),
        );
      }
    }),
  );
});
