import type { LatitudeSeries } from "./latitude.js";
import { LATITUDES, type Latitude } from "./latitude.js";

const DEGREE = Math.PI / 180;
const HALF_PI = Math.PI / 2;
const PER_QUADRANT = 2 / Math.PI;

/** π/2 less the double nearest to it. */
const HALF_PI_TAIL = 6.123233995736766e-17;

/** What `locate` writes for coordinates that are NaN, infinite or out of range. */
export const NOWHERE = -1;

/** Cells as base cell 0..11 and column x, row y within it, 0..2^order − 1. Memory for a block of points. */
export interface FaceCells {
  readonly face: Int8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
}

export function faceCells(length: number): FaceCells {
  return { face: new Int8Array(length), x: new Int32Array(length), y: new Int32Array(length) };
}

/**
 * Which cell each point lies in: points start..stop−1 of `lon`, `lat` (degrees, geodetic) are written to entries 0.. of
 * `out`. Latitudes beyond ±90 and longitudes beyond ±360 give face `NOWHERE`.
 *
 * HEALPix projection of Górski et al. (2005), section 5. Points exactly on a cell's edge go where healpy puts them: its
 * rounding is imitated (colatitude first, whence the tail of π/2: its cos(π/2) is not 0).
 */
export function locate(
  order: number,
  lon: Float64Array,
  lat: Float64Array,
  latitude: Latitude,
  start: number,
  stop: number,
  out: FaceCells,
): void {
  const { face, x, y } = out;
  const { belt, cap, edge }: LatitudeSeries = LATITUDES[latitude];
  const [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11] = belt as Twelve;
  const [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11] = cap as Twelve;
  const nside = 2 ** order;
  const last = nside - 1;
  for (let i = start, k = 0; i < stop; i++, k++) {
    const phi = lat[i] as number;
    const lambda = lon[i] as number;
    if (!(phi >= -90 && phi <= 90 && lambda >= -360 && lambda <= 360)) {
      face[k] = NOWHERE;
      continue;
    }
    let t = lambda * DEGREE * PER_QUADRANT;
    if (t < 0) t += 4;
    if (t >= 4) t -= 4;
    const theta = HALF_PI - phi * DEGREE;
    const s = HALF_PI - theta;
    // At the edge itself healpy's sine rounds up, into the cap.
    if (s < edge && s > -edge) {
      const w = s * s;
      const high = b6 + w * (b7 + w * (b8 + w * (b9 + w * (b10 + w * b11))));
      const rest = w * (b1 + w * (b2 + w * (b3 + w * (b4 + w * (b5 + w * high)))));
      const z = b0 * s + (s * rest + HALF_PI_TAIL);
      // Diagonals: jp falls and jm rises towards the north; up to 5 · 2^29, so read as unsigned 32-bit integers.
      const along = nside * (0.5 + t);
      const across = nside * (z * 0.75);
      const jp = (along - across) | 0;
      const jm = (along + across) | 0;
      const fp = jp >>> order;
      const fm = jm >>> order;
      face[k] = fp === fm ? fp | 4 : fp < fm ? fp : fm + 8;
      x[k] = jm & last;
      y[k] = last - (jp & last);
    } else {
      const h = 0.5 * (s > 0 ? theta : Math.PI - theta);
      const w = h * h;
      const high = c6 + w * (c7 + w * (c8 + w * (c9 + w * (c10 + w * c11))));
      const series = c0 + w * (c1 + w * (c2 + w * (c3 + w * (c4 + w * (c5 + w * high)))));
      const radius = nside * (h * series);
      const quadrant = t | 0;
      const part = t - quadrant;
      const jp = Math.min((part * radius) | 0, last);
      const jm = Math.min(((1 - part) * radius) | 0, last);
      if (s > 0) {
        face[k] = quadrant;
        x[k] = last - jm;
        y[k] = last - jp;
      } else {
        face[k] = quadrant + 8;
        x[k] = jp;
        y[k] = jm;
      }
    }
  }
}

/** The coefficients of a series of `TERMS` terms. */
type Twelve = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
