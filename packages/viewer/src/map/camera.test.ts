import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Camera,
  cameraOver,
  drawable,
  globeRotation,
  lonLatAt,
  panned,
  pointAt,
  zoomed,
} from "./camera.js";

const CAMERAS: readonly Camera[] = [
  { view: "south", centre: [-300_000, 800_000], scale: 2000 },
  { view: "north", centre: [0, -2_000_000], scale: 4000 },
  { view: "globe", centre: [170, -75], scale: 20_000 },
  { view: "globe", centre: [0, 90], scale: 20_000 },
];

describe.each(CAMERAS)("$view at $centre", (camera) => {
  test("a point and its longitude and latitude belong together", () => {
    const pixel = fc.integer({ min: -200, max: 200 });
    fc.assert(
      fc.property(pixel, pixel, (x, y) => {
        const back = pointAt(camera, lonLatAt(camera, [x, y]) as readonly [number, number]);
        expect(back?.[0]).toBeCloseTo(x, 4);
        expect(back?.[1]).toBeCloseTo(y, 4);
      }),
    );
  });

  test("zooming and zooming back comes back", () => {
    const limits = { min: 1, max: 1e6 };
    const there = zoomed(camera, 3, [100, -50], limits);
    const back = zoomed(there, 1 / 3, [100, -50], limits);
    expect(back.scale).toBeCloseTo(camera.scale, 6);
    expect(back.centre[0]).toBeCloseTo(camera.centre[0], 4);
  });
});

test("panning moves what was under the pointer along with it", () => {
  const camera = CAMERAS[0] as Camera;
  const place = lonLatAt(camera, [10, 20]) as readonly [number, number];
  const after = pointAt(panned(camera, 30, -40), place);
  expect(after?.[0]).toBeCloseTo(40, 6);
  expect(after?.[1]).toBeCloseTo(-20, 6);
});

test("zooming keeps the point under the pointer, and stops at the limits", () => {
  const camera = CAMERAS[1] as Camera;
  const place = lonLatAt(camera, [150, -80]);
  expect(lonLatAt(zoomed(camera, 2, [150, -80], { min: 1, max: 1e6 }), [150, -80])?.[0]).toBeCloseTo(
    place?.[0] as number,
    9,
  );
  expect(zoomed(camera, 1e9, [0, 0], { min: 10, max: 1e6 }).scale).toBe(10);
});

test("beside the globe there is nothing, and its far side is hidden", () => {
  const camera = CAMERAS[2] as Camera;
  expect(lonLatAt(camera, [400, 0])).toBeUndefined();
  expect(pointAt(camera, [-10, 75])).toBeUndefined();
});

test("the globe's rotation is one: orthonormal, and its outward column points at the middle", () => {
  const m = globeRotation([30, 40]);
  for (const i of [0, 3, 6]) expect(Math.hypot(...m.slice(i, i + 3))).toBeCloseTo(1, 12);
  expect(m[8]).toBeCloseTo(Math.sin((40 * Math.PI) / 180), 12);
});

test("a camera over points shows them all", () => {
  const points = [
    [-60, -65],
    [100, -70],
    [170, -80],
  ] as const;
  for (const view of ["south", "globe"] as const) {
    const camera = cameraOver(view, points, 800, 600);
    for (const place of points) {
      const [x, y] = pointAt(camera, place) ?? [Number.NaN, Number.NaN];
      expect(Math.abs(x)).toBeLessThan(400);
      expect(Math.abs(y)).toBeLessThan(300);
    }
  }
});

test.each([
  [
    { view: "south", centre: [1e300, -1e300], scale: 1e-300 },
    { centre: [2e7, -2e7], scale: 10 },
  ],
  [
    { view: "north", centre: [5, 6], scale: 1e300 },
    { centre: [5, 6], scale: 90_000 },
  ],
  [
    { view: "globe", centre: [190, 95], scale: 500 },
    { centre: [-170, 90], scale: 500 },
  ],
] as const)("whatever a link asks for, what is drawn is bounded: %o", (camera, expected) => {
  expect(drawable(camera, { min: 10, max: 90_000 })).toEqual({ view: camera.view, ...expected });
});
