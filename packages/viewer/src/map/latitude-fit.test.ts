import { authalicLatitude } from "@zagg/healpix";
import { projectionOf } from "@zagg/map";
import { describe, expect, test } from "vitest";
import { latitudeFit } from "./latitude-fit.js";

const DEG = Math.PI / 180;
const halfSquared = (lat: number) => Math.sin(((90 - lat) / 2) * DEG) ** 2;

function fitted(coefficients: Float64Array, h: number): number {
  return h * coefficients.reduceRight((sum, c) => sum * h + c, 0);
}

describe.each(["authalic", "geodetic"] as const)("%s cells", (latitude) => {
  const target = (lat: number) => halfSquared(latitude === "authalic" ? authalicLatitude(lat) : lat);

  test.each(["south", "north"] as const)(
    "polar %s: the map's conformal latitude becomes the cells'",
    (view) => {
      const sign = view === "south" ? -1 : 1;
      const projection = projectionOf(view === "south" ? "EPSG:3031" : "EPSG:3413");
      const coefficients = latitudeFit(view, latitude);
      for (let lat = 0.5; lat < 90; lat += 0.7) {
        const t = Math.hypot(...projection.forward(33, sign * lat)) / (projection.polarScale as number);
        const h = (t * t) / (1 + t * t);
        if (h <= 0.5) expect(Math.abs(fitted(coefficients, h) - target(lat))).toBeLessThan(2e-9);
      }
    },
  );

  test("globe: the geodetic latitude becomes the cells'", () => {
    const coefficients = latitudeFit("globe", latitude);
    for (let lat = 0; lat < 90; lat += 0.7) {
      expect(Math.abs(fitted(coefficients, halfSquared(lat)) - target(lat))).toBeLessThan(2e-9);
    }
  });
});
