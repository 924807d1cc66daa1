import fc from "fast-check";
import { expect, test } from "vitest";
import { checkBbox, degreesOf, grownBbox, type LonSpan, unionOfSpans, widthOf } from "./box.js";
import type { Bbox } from "./model.js";

test.each([
  [[1, 2, 3]],
  [[1, 2, 3, Number.NaN]],
  [[0, 10, 10, 10]],
  [[0, 10, 10, 5]],
  [[5, 0, 5, 10]],
  [[0, -91, 10, 10]],
  [[-361, 0, 10, 10]],
  [[200, 0, -160, 10]],
  [[180, 0, -180, 10]],
])("%j is no box", (values) => {
  expect(() => checkBbox(values)).toThrow(/west,south,east,north/);
});

test.each<[string, number[], Bbox]>([
  ["beyond 180", [170, -80, 190, -70], [170, -80, -170, -70]],
  ["in 0..360", [200, -80, 300, -70], [-160, -80, -60, -70]],
  ["over Greenwich in 0..360", [350, 0, 10, 5], [-10, 0, 10, 5]],
  ["from both", [-10, 0, 350, 5], [-180, 0, 180, 5]],
  ["all of 0..360", [0, 0, 360, 5], [-180, 0, 180, 5]],
  ["up to the antimeridian", [200, 0, 180, 5], [-160, 0, 180, 5]],
])("a box %s is one, in −180..180", (_, values, expected) => {
  expect(checkBbox(values)).toEqual(expected);
});

test.each([
  [[-75, 100, -69, 110], /100 is no latitude: is latitude written before longitude\?/],
  [[100, -95, 110, -69], /-95 is no latitude\. /],
  [[400, 0, 10, 5], /400 is no longitude/],
])("%j: says which number is wrong", (values, message) => {
  expect(() => checkBbox(values)).toThrow(message);
});

test("a box across the antimeridian is one", () => {
  expect(checkBbox([170, -80, -170, -70])).toEqual([170, -80, -170, -70]);
  expect(widthOf(170, -170)).toBe(20);
});

test.each<[string, Bbox, number, Bbox]>([
  ["by nothing", [10, 20, 30, 40], 0, [10, 20, 30, 40]],
  [
    "over the antimeridian",
    [179, -1, 179.9, 1],
    111,
    [
      expect.closeTo(178, 1),
      expect.closeTo(-2, 1),
      expect.closeTo(-179.1, 1),
      expect.closeTo(2, 1),
    ] as unknown as Bbox,
  ],
  ["over the pole", [10, 80, 20, 89.5], 111, [-180, expect.closeTo(79, 1), 180, 90] as unknown as Bbox],
])("grown %s", (_, box, km, expected) => {
  expect(grownBbox(box, km)).toEqual(expected);
});

test("a grown box holds every circle around a point of the box", () => {
  const lon = fc.double({ min: -180, max: 180, noNaN: true });
  const lat = fc.double({ min: -89, max: 89, noNaN: true });
  const angle = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
  fc.assert(
    fc.property(lon, lat, angle, fc.double({ min: 1, max: 500, noNaN: true }), (west, south, bearing, km) => {
      const [w, s, e, n] = grownBbox([west, south, west, south + 1], km);
      const radians = Math.PI / 180;
      const distance = (degreesOf(km) / 1.01) * radians;
      const phi = Math.asin(
        Math.sin(south * radians) * Math.cos(distance) +
          Math.cos(south * radians) * Math.sin(distance) * Math.cos(bearing),
      );
      const lambda = Math.atan2(
        Math.sin(bearing) * Math.sin(distance) * Math.cos(south * radians),
        Math.cos(distance) - Math.sin(south * radians) * Math.sin(phi),
      );
      expect(phi / radians).toBeGreaterThanOrEqual(s);
      expect(phi / radians).toBeLessThanOrEqual(n);
      const east = (((west + lambda / radians - w) % 360) + 360) % 360;
      expect(w === -180 && e === 180 ? 0 : east).toBeLessThanOrEqual(widthOf(w, e));
    }),
  );
});

test("the union of spans holds every one of them, and is no wider than needed", () => {
  const span = fc.record({
    west: fc.integer({ min: -180, max: 359 }),
    width: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 6 }), (spans: LonSpan[]) => {
      const [west, east] = unionOfSpans(spans);
      const width = west <= east ? east - west : east - west + 360;
      for (const s of spans) {
        const from = (((s.west - west) % 360) + 360) % 360;
        expect(from + s.width).toBeLessThanOrEqual(width === 360 ? Number.POSITIVE_INFINITY : width);
      }
      // A degree is covered or in a gap; the union may keep all gaps but the widest.
      const covered = Array.from({ length: 360 }, (_, d) =>
        spans.some((s) => (d + 0.5 - s.west + 720) % 360 <= s.width),
      );
      const doubled = [...covered, ...covered].map((c) => (c ? "x" : "-")).join("");
      const widest = Math.min(360, Math.max(0, ...(doubled.match(/-+/g) ?? []).map((gap) => gap.length)));
      expect(width).toBe(360 - widest);
    }),
  );
});
