import type { LatitudeSeries } from "../latitude.js";
import { evaluate } from "../series.js";
import type { Edge } from "./ring.js";

const DEGREE = Math.PI / 180;

/**
 * A stretch of an edge within one chart, in which cells are squares: parameters from .. to of the edge (0..1).
 * The charts' coordinates u, v count sides of base cells, and each has unit squares as base cells:
 * - `belt`: u = jm, v = jp, the rising and falling diagonals of the belt |sin β| ≤ 2/3, unwrapped;
 * - a polar base cell 0..3, 8..11: u = x, v = y within it.
 */
export interface Stretch {
  readonly curve: Curve;
  readonly from: number;
  readonly to: number;
  readonly chart: number | "belt";
}

/** A place in a chart, or a distance along each of its axes. */
export interface Place {
  u: number;
  v: number;
}

/** An edge, ready to be evaluated. */
export interface Curve {
  readonly edge: Edge;
  readonly series: LatitudeSeries;
  /** Of an arc: its ends as unit vectors, x at longitude lon0. */
  readonly ax: number;
  readonly az: number;
  readonly bx: number;
  readonly by: number;
  readonly bz: number;
}

/** Takes an edge apart where the projection has its seams: |sin β| = 2/3, and every 90° of longitude. */
export function stretches(edge: Edge, series: LatitudeSeries): Stretch[] {
  const rad0 = edge.lat0 * DEGREE;
  const rad1 = edge.lat1 * DEGREE;
  const east = (edge.lon1 - edge.lon0) * DEGREE;
  const curve: Curve = {
    edge,
    series,
    ax: Math.cos(rad0),
    az: Math.sin(rad0),
    bx: Math.cos(rad1) * Math.cos(east),
    by: Math.cos(rad1) * Math.sin(east),
    bz: Math.sin(rad1),
  };
  const cuts = [...quadrantCuts(curve), ...beltCuts(curve)];
  if (cuts.length === 0) return [{ curve, from: 0, to: 1, chart: chartAt(curve, 0.5) }];
  cuts.push(0, 1);
  cuts.sort((a, b) => a - b);
  const result: Stretch[] = [];
  for (let k = 1; k < cuts.length; k++) {
    const [from, to] = [cuts[k - 1] as number, cuts[k] as number];
    if (from < to) result.push({ curve, from, to, chart: chartAt(curve, (from + to) / 2) });
  }
  return result;
}

function quadrantCuts({ edge, ax, bx, by }: Curve): number[] {
  const { lon0, lon1, arc } = edge;
  const cuts: number[] = [];
  const [west, east] = lon0 < lon1 ? [lon0, lon1] : [lon1, lon0];
  for (let seam = 90 * Math.ceil(west / 90); seam < east; seam += 90) {
    if (seam === west) continue;
    if (arc) {
      // The chord's distance from the seam's meridian plane is linear along it.
      const turn = (seam - lon0) * DEGREE;
      const before = -ax * Math.sin(turn);
      const after = by * Math.cos(turn) - bx * Math.sin(turn);
      cuts.push(before / (before - after));
    } else {
      cuts.push((seam - lon0) / (lon1 - lon0));
    }
  }
  return cuts.filter((t) => t > 0 && t < 1);
}

function beltCuts({ edge, series, ax, az, bx, by, bz }: Curve): number[] {
  if (!edge.arc) {
    const rise = (edge.lat1 - edge.lat0) * DEGREE;
    if (rise === 0) return [];
    return [-series.edge, series.edge]
      .map((limit) => (limit - edge.lat0 * DEGREE) / rise)
      .filter((t) => t > 0 && t < 1);
  }
  // On the chord a + t (b − a), z² = 4/9 |a + t (b − a)|², and |…|² = 1 − c t + c t² with c = |b − a|².
  const c = (bx - ax) ** 2 + by ** 2 + (bz - az) ** 2;
  const dz = bz - az;
  const square = dz * dz - (4 / 9) * c;
  const half = az * dz + (2 / 9) * c;
  const rest = az * az - 4 / 9;
  const inner = half * half - square * rest;
  if (inner < 0 || square === 0) return [];
  const root = half + Math.sign(half || 1) * Math.sqrt(inner);
  return [-root / square, -rest / root].filter((t) => t > 0 && t < 1);
}

function chartAt(curve: Curve, t: number): number | "belt" {
  const { lon, height } = position(curve, t);
  if (Math.abs(height) < curve.series.edge) return "belt";
  const quadrant = ((Math.floor(lon / 90) % 4) + 4) % 4;
  return height > 0 ? quadrant : quadrant + 8;
}

/** Longitude in degrees, unwrapped, and latitude in radians. */
function position({ edge, ax, az, bx, by, bz }: Curve, t: number): { lon: number; height: number } {
  const { lon0, lat0, lon1, lat1, arc } = edge;
  if (!arc) return { lon: lon0 + t * (lon1 - lon0), height: (lat0 + t * (lat1 - lat0)) * DEGREE };
  const [x, y, z] = [ax + t * (bx - ax), t * by, az + t * (bz - az)];
  return { lon: lon0 + Math.atan2(y, x) / DEGREE, height: Math.atan2(z, Math.hypot(x, y)) };
}

/** Writes the chart coordinates of the curve at t into `at`. */
export function place({ curve, chart }: Stretch, t: number, at: Place): void {
  const { edge, series, ax, az, bx, by, bz } = curve;
  let quarter: number; // turns of 90° east
  let sine: number; // belt: sin β
  let radius: number; // caps: √(3 (1 − |sin β|))
  if (edge.arc) {
    const x = ax + t * (bx - ax);
    const y = t * by;
    const z = az + t * (bz - az);
    quarter = (edge.lon0 + Math.atan2(y, x) / DEGREE) / 90;
    const across = x * x + y * y;
    const length = Math.sqrt(across + z * z);
    sine = z / length;
    radius = Math.sqrt((3 * across) / (length * (length + Math.abs(z))));
  } else {
    quarter = (edge.lon0 + t * (edge.lon1 - edge.lon0)) / 90;
    const lat = edge.lat0 + t * (edge.lat1 - edge.lat0);
    sine = chart === "belt" ? evaluate(series.belt, lat * DEGREE) : 0;
    radius = chart === "belt" ? 0 : evaluate(series.cap, ((90 - Math.abs(lat)) / 2) * DEGREE);
  }
  if (chart === "belt") {
    at.u = 0.5 + quarter + 0.75 * sine;
    at.v = 0.5 + quarter - 0.75 * sine;
    return;
  }
  // At a quadrant's end rounding may fall outside; the end itself is meant.
  const turn = quarter - (chart & 3);
  const part = Math.min(Math.max(turn - 4 * Math.round((turn - 0.5) / 4), 0), 1);
  at.u = chart < 4 ? 1 - (1 - part) * radius : part * radius;
  at.v = chart < 4 ? 1 - part * radius : (1 - part) * radius;
}

/**
 * How far (in u, in v) the curve can stray from the straight line between its places at t0 and t1: an eighth of the
 * squared length times a bound of the second derivatives of `place`.
 */
export function bend({ curve, chart }: Stretch, t0: number, t1: number, into: Place): void {
  const { edge, ax, az, bx, by, bz } = curve;
  const dt = t1 - t0;
  if (edge.arc) {
    // Arc length at most: the chord of 90° is nowhere nearer to the centre than cos 45°.
    const chord = Math.sqrt((bx - ax) ** 2 + by * by + (bz - az) ** 2); // Math.hypot is many times slower
    const length = dt * chord * Math.SQRT2;
    let bound = (1.3 / 8) * length * length;
    if (chart !== "belt") {
      // In a cap curvature grows as 1 / distance from the pole; across the pole only the slope, 2.1, is bounded.
      const nearest = Math.min(polarDistance(curve, t0), polarDistance(curve, t1)) - length / 2;
      const lipschitz = 1.1 * length;
      bound = nearest > 0 ? Math.min(lipschitz, ((4.2 / 8) * length * length) / nearest) : lipschitz;
    }
    into.u = bound;
    into.v = bound;
    return;
  }
  const rise = dt * Math.abs(edge.lat1 - edge.lat0) * DEGREE;
  const turn = (dt * Math.abs(edge.lon1 - edge.lon0)) / 90;
  if (chart === "belt") {
    into.u = 0.065 * rise * rise;
    into.v = into.u;
    return;
  }
  const mixed = 2 * 1.24 * turn * rise;
  const middle = (edge.lon0 + ((t0 + t1) / 2) * (edge.lon1 - edge.lon0)) / 90 - (chart & 3);
  const part = middle - 4 * Math.round((middle - 0.5) / 4);
  const toEast = Math.min(1, Math.max(0, part) + turn / 2);
  const toWest = Math.min(1, Math.max(0, 1 - part) + turn / 2);
  // u hangs on 1 − part in the north and on part in the south; on a seam the factor is 0, and the edge straight.
  into.u = ((chart < 4 ? toWest : toEast) * 0.26 * rise * rise + mixed) / 8;
  into.v = ((chart < 4 ? toEast : toWest) * 0.26 * rise * rise + mixed) / 8;
}

/** Sine of the angle between an arc's point and the nearer pole, which is at most that angle. */
function polarDistance({ ax, az, bx, by, bz }: Curve, t: number): number {
  const x = ax + t * (bx - ax);
  const y = t * by;
  const z = az + t * (bz - az);
  const across = x * x + y * y;
  return Math.sqrt(across / (across + z * z));
}
