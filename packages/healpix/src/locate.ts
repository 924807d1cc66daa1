import { LATITUDES, type Latitude } from "./latitude.js";

const DEGREE = Math.PI / 180;
const HALF_PI = Math.PI / 2;
const PER_QUADRANT = 2 / Math.PI;

/** π/2 less the double nearest to it. */
const HALF_PI_TAIL = 6.123233995736766e-17;

/** What `locate` writes for coordinates that are NaN, infinite or out of range. */
export const NOWHERE = -1;

/**
 * Base cell of a place in the belt by its diagonals, 8 · ⌊jp / nside⌋ + ⌊jm / nside⌋: equal ones cross in an equatorial
 * base cell; else the place is in the northern (jp behind jm) or southern triangle of a polar one.
 */
const BELT_FACE = Int8Array.from({ length: 64 }, (_, key) => {
  const [p, m] = [key >> 3, key & 7];
  return p === m ? 4 + (p & 3) : p < m ? p & 3 : 8 + (m & 3);
});

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
 * HEALPix projection of Górski et al. (2005), section 5; the series are summed by Estrin's scheme, which leaves the
 * processor more to do side by side than Horner's. Points exactly on a cell's edge go where healpy puts them: its
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
  const { belt, cap, edge } = LATITUDES[latitude];
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
    // Quarter turns east, 0..4 (4 by rounding, of a tiny negative: the tables and masks below make it 0).
    const turn = lambda * DEGREE * PER_QUADRANT;
    const t = turn - 4 * Math.floor(0.25 * turn);
    const s = HALF_PI - (HALF_PI - phi * DEGREE);
    // At the edge itself healpy's sine rounds up, into the cap.
    if (s < edge && s > -edge) {
      const w = s * s;
      const w2 = w * w;
      const w4 = w2 * w2;
      const low = b1 + w * b2 + w2 * (b3 + w * b4);
      const high = b5 + w * b6 + w2 * (b7 + w * b8) + w4 * (b9 + w * b10 + w2 * b11);
      const z = b0 * s + (s * w * (low + w4 * high) + HALF_PI_TAIL);
      // Diagonals: jp falls and jm rises towards the north; up to 5 · 2^29, so read as unsigned 32-bit integers.
      const along = nside * (0.5 + t);
      const across = nside * (z * 0.75);
      const jp = (along - across) | 0;
      const jm = (along + across) | 0;
      face[k] = BELT_FACE[((jp >>> order) << 3) | (jm >>> order)] as number;
      x[k] = jm & last;
      y[k] = last - (jp & last);
    } else {
      const h = 0.5 * DEGREE * (90 - Math.abs(phi));
      const w = h * h;
      const w2 = w * w;
      const w4 = w2 * w2;
      const low = c0 + w * c1 + w2 * (c2 + w * c3);
      const middle = c4 + w * c5 + w2 * (c6 + w * c7);
      const series = low + w4 * (middle + w4 * (c8 + w * c9 + w2 * (c10 + w * c11)));
      const radius = nside * (h * series);
      const floor = t | 0;
      const part = t - floor;
      const quadrant = floor & 3;
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
