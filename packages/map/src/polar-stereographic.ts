import { WGS84 } from "@zagg/healpix";
import type { Crs, Projection } from "./crs.js";

const F = 1 / WGS84.inverseFlattening;
/** Square of the eccentricity. */
const E2 = F * (2 - F);
const DEG = Math.PI / 180;

/**
 * Coefficients of sin 2jχ, j = 1..4, in φ - χ, the geodetic less the conformal latitude, as series in the third
 * flattening n (Karney, "On auxiliary latitudes", 2022, eq. A15). Terms of n⁵ and above are below 1e-13 rad.
 */
const N = F / (2 - F);
const SERIES = [
  N * (2 + N * (-2 / 3 + N * (-2 + (N * 116) / 45))),
  N * N * (7 / 3 + N * (-8 / 5 - (N * 227) / 45)),
  N ** 3 * (56 / 15 - (N * 136) / 35),
  (N ** 4 * 4279) / 630,
] as const;

/**
 * tan of half the conformal colatitude: 0 at the pole of the hemisphere where `lat` is positive. It is that of the
 * geodetic colatitude times exp(e atanh(e sin φ)), whose exponent is below 0.007: short series replace both functions.
 */
function halfColatitude(lat: number): number {
  const sin = Math.sin(lat * DEG);
  const cos = Math.cos(lat * DEG);
  const w = E2 * sin * sin;
  const q = E2 * sin * (1 + w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9 + w / 11)))));
  const exp = 1 + q * (1 + (q / 2) * (1 + (q / 3) * (1 + (q / 4) * (1 + q / 5))));
  // Of the two forms of tan(π/4 - φ/2) the one that does not cancel.
  return (sin > 0 ? cos / (1 + sin) : (1 - sin) / cos) * exp;
}

/**
 * Polar stereographic, variant B of EPSG method 9829 (true scale at a standard parallel), in closed form
 * (Snyder, "Map projections: a working manual", 1987, p. 160). The opposite pole is at infinity.
 */
export function polarStereographic(crs: Crs, standardParallel: number, centralMeridian: number): Projection {
  const south = standardParallel < 0;
  const sign = south ? -1 : 1;
  const s = Math.sin(Math.abs(standardParallel) * DEG);
  const scale =
    (WGS84.semiMajorAxis * Math.cos(standardParallel * DEG)) /
    Math.sqrt(1 - E2 * s * s) /
    halfColatitude(Math.abs(standardParallel));

  function forwardAll(lon: Float64Array, lat: Float64Array, x: Float64Array, y: Float64Array): void {
    for (let i = 0; i < lon.length; i++) {
      const radius = scale * halfColatitude(sign * (lat[i] as number));
      const angle = ((lon[i] as number) - centralMeridian) * DEG;
      x[i] = radius * Math.sin(angle);
      y[i] = -sign * radius * Math.cos(angle);
    }
  }

  function inverseAll(x: Float64Array, y: Float64Array, lon: Float64Array, lat: Float64Array): void {
    const [c1, c2, c3, c4] = SERIES;
    for (let i = 0; i < x.length; i++) {
      const px = x[i] as number;
      const py = -sign * (y[i] as number);
      const t = Math.sqrt(px * px + py * py) / scale;
      // sin χ and cos χ of the conformal latitude follow from t without trigonometry; Clenshaw sums the series.
      const d = 1 / (1 + t * t);
      const sinChi = (1 - t * t) * d;
      const cosChi = 2 * t * d;
      const sin2 = 2 * sinChi * cosChi;
      const cos2x2 = 2 * (1 - 2 * sinChi * sinChi);
      const b3 = c3 + cos2x2 * c4;
      const b2 = c2 + cos2x2 * b3 - c4;
      const b1 = c1 + cos2x2 * b2 - b3;
      lat[i] = (sign * (Math.PI / 2 - 2 * Math.atan(t) + sin2 * b1)) / DEG;
      const degrees = centralMeridian + Math.atan2(px, py) / DEG;
      lon[i] = degrees < -180 ? degrees + 360 : degrees > 180 ? degrees - 360 : degrees;
    }
  }

  return { crs, metric: true, polarScale: scale, forwardAll, inverseAll, ...single(forwardAll, inverseAll) };
}

/** The one-point forms of a projection from its batch forms. */
function single(
  forwardAll: Projection["forwardAll"],
  inverseAll: Projection["inverseAll"],
): Pick<Projection, "forward" | "inverse"> {
  const pair = (all: Projection["forwardAll"], a: number, b: number): readonly [number, number] => {
    const c = new Float64Array(1);
    const d = new Float64Array(1);
    all(Float64Array.of(a), Float64Array.of(b), c, d);
    return [c[0] as number, d[0] as number];
  };
  return { forward: (lon, lat) => pair(forwardAll, lon, lat), inverse: (x, y) => pair(inverseAll, x, y) };
}
