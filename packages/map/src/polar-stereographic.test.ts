import * as fc from "fast-check";
import proj4 from "proj4";
import { describe, expect, test } from "vitest";
import type { Crs } from "./crs.js";
import { projectionOf } from "./projection.js";

const PROJ: Readonly<Partial<Record<Crs, string>>> = {
  "EPSG:3031": "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +datum=WGS84 +units=m",
  "EPSG:3413": "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +datum=WGS84 +units=m",
};

describe.each(["EPSG:3031", "EPSG:3413"] as const)("%s", (crs) => {
  const projection = projectionOf(crs);
  const sign = crs === "EPSG:3031" ? -1 : 1;

  test("agrees with proj4 to a tenth of a millimetre", () => {
    const oracle = proj4(PROJ[crs] as string);
    for (let lon = -180; lon <= 180; lon += 7.3) {
      for (let size = 45; size < 90; size += 1.7) {
        const [x, y] = projection.forward(lon, sign * size);
        const [px, py] = oracle.forward([lon, sign * size]) as [number, number];
        expect(Math.hypot(x - px, y - py)).toBeLessThan(1e-4);
      }
    }
  });

  test("forward and inverse are each other's inverse over both hemispheres", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -179.999, max: 179.999, noNaN: true }),
        fc.double({ min: -70, max: 89.9, noNaN: true }),
        (lon, size) => {
          const [x, y] = projection.forward(lon, sign * size);
          const [lonBack, latBack] = projection.inverse(x, y);
          expect(latBack).toBeCloseTo(sign * size, 10);
          expect(lonBack).toBeCloseTo(lon, 10);
        },
      ),
    );
  });

  test("the pole is the origin", () => {
    const [x, y] = projection.forward(123, sign * 90);
    expect(Math.hypot(x, y)).toBeLessThan(1e-8);
    expect(projection.inverse(0, 0)[1]).toBeCloseTo(sign * 90, 12);
  });
});

test("EPSG:3031: the corner of its grid as EPSG publishes the axes: 0° E is up, 90° E is right", () => {
  const { forward } = projectionOf("EPSG:3031");
  expect(forward(0, -71)[1]).toBeGreaterThan(2e6);
  expect(forward(90, -71)[0]).toBeGreaterThan(2e6);
});

test("plate carrée: beyond the poles there is nothing", () => {
  const lon = new Float64Array(2);
  const lat = new Float64Array(2);
  projectionOf("EPSG:4326").inverseAll(Float64Array.of(10, 10), Float64Array.of(-90, 90.5), lon, lat);
  expect([...lat]).toEqual([-90, Number.NaN]);
});
