import { expect, test } from "vitest";
import type { LonLat } from "../centre.js";
import { ringExtent } from "./extent.js";

const circle = (lat: number): LonLat[] => Array.from({ length: 36 }, (_, k) => [10 * k - 180, lat]);

test.each<[string, LonLat[], object]>([
  [
    "a triangle",
    [
      [10, 20],
      [30, 20],
      [20, 40],
    ],
    { west: 10, width: 20, south: 20, north: 40, longestEdge: 20 },
  ],
  [
    "a wide box",
    [
      [-150, -75],
      [150, -75],
      [150, -65],
      [-150, -65],
    ],
    { west: -150, width: 300, longestEdge: 300 },
  ],
  [
    "beyond the antimeridian",
    [
      [170, 0],
      [190, 0],
      [190, 5],
      [170, 5],
    ],
    { west: 170, width: 20 },
  ],
  ["round the south pole", circle(-75), { west: -180, width: 360, south: -90, north: -75, longestEdge: 10 }],
  ["round the north pole", circle(75), { width: 360, south: 75, north: 90 }],
])("of a ring %s", (_, ring, expected) => {
  expect(ringExtent(ring)).toMatchObject(expected);
  expect(ringExtent([...ring, ring[0] as LonLat])).toMatchObject(expected);
});
