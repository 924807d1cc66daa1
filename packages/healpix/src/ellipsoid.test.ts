import { expect, test } from "vitest";
import { AUTHALIC_RADIUS, cellArea, cellSide, WGS84, WGS84_E2 } from "./ellipsoid.js";

test("the area of the ellipsoid is that of its closed form", () => {
  const { semiMajorAxis: a, inverseFlattening } = WGS84;
  const b = a * (1 - 1 / inverseFlattening);
  const e = Math.sqrt(WGS84_E2);
  const area = 2 * Math.PI * a * a + (Math.PI * b * b * Math.log((1 + e) / (1 - e))) / e;
  expect(12 * cellArea(0)).toBeCloseTo(area, -2);
  expect(AUTHALIC_RADIUS).toBeCloseTo(6_371_007.181, 3);
});

test("cells of order 12 are about 1.6 km wide, and each order halves that", () => {
  expect(cellSide(12)).toBeCloseTo(6_371_007.181 * Math.sqrt((4 * Math.PI) / (12 * 4096 ** 2)), 3);
  expect(cellSide(5) / cellSide(6)).toBeCloseTo(2, 12);
});
