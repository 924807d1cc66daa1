import { nestedId } from "../cell.js";
import { acrossFaces } from "../neighbours.js";
import { bend, type Place, place, type Stretch } from "./curve.js";

/**
 * How near to a cell counts as touching it, in sides of base cells: 1e-12 is some micrometres on the Earth, a hundred
 * times the rounding of the projection. Nearer than this an edge along a cell's side, or through its corner, touches
 * the cells on all sides.
 */
const TOUCH = 1e-12;

/** Appends the nested ids of all cells of an order that a stretch of an edge touches; some more than once. */
export function walk(stretch: Stretch, order: number, touched: number[]): void {
  const from: Place = { u: 0, v: 0 };
  const to: Place = { u: 0, v: 0 };
  place(stretch, stretch.from, from);
  place(stretch, stretch.to, to);
  descend(stretch, order, 2 ** order, stretch.from, from, stretch.to, to, touched);
}

const slack: Place = { u: 0, v: 0 }; // of the call at hand, before it calls itself

/**
 * The curve from t0 to t1 stays in the box of its ends widened by its bend. Where that box is one cell wide, or as
 * narrow as TOUCH, the curve visits all cells between its ends, and the box says which; else it is halved.
 */
function descend(
  stretch: Stretch,
  order: number,
  nside: number,
  t0: number,
  a: Place,
  t1: number,
  b: Place,
  touched: number[],
): void {
  bend(stretch, t0, t1, slack);
  const uMin = Math.min(a.u, b.u);
  const uMax = Math.max(a.u, b.u);
  const vMin = Math.min(a.v, b.v);
  const vMax = Math.max(a.v, b.v);
  const du = slack.u + TOUCH;
  const dv = slack.v + TOUCH;
  const u0 = Math.floor((uMin - du) * nside);
  const u1 = Math.floor((uMax + du) * nside);
  const v0 = Math.floor((vMin - dv) * nside);
  const v1 = Math.floor((vMax + dv) * nside);
  const uThin = u0 === u1 || uMax - uMin + 2 * du <= 8 * TOUCH;
  const vThin = v0 === v1 || vMax - vMin + 2 * dv <= 8 * TOUCH;
  const uSure = uThin || (u0 === Math.floor(uMin * nside) && u1 === Math.floor(uMax * nside));
  const vSure = vThin || (v0 === Math.floor(vMin * nside) && v1 === Math.floor(vMax * nside));
  if ((uThin && vSure) || (vThin && uSure)) {
    for (let u = u0; u <= u1; u++)
      for (let v = v0; v <= v1; v++) touch(stretch.chart, order, nside, u, v, touched);
    return;
  }
  const middle = (t0 + t1) / 2;
  const m: Place = { u: 0, v: 0 };
  place(stretch, middle, m);
  descend(stretch, order, nside, t0, a, middle, m, touched);
  descend(stretch, order, nside, middle, m, t1, b, touched);
}

function touch(
  chart: Stretch["chart"],
  order: number,
  nside: number,
  u: number,
  v: number,
  touched: number[],
): void {
  if (chart !== "belt") {
    // Just outside the base cell's edge lies its neighbour.
    const at = acrossFaces(chart, u, v, nside);
    if (at) touched.push(nestedId(order, at.face, at.x, at.y));
    return;
  }
  const faceU = Math.floor(u / nside);
  const faceV = Math.floor(v / nside);
  const apart = faceU - faceV;
  if (apart > 1 || apart < -1) return; // beyond the corner of two polar base cells: no place on the sphere
  const face = apart === 0 ? 4 + wrap(faceU) : apart > 0 ? wrap(faceV) : 8 + wrap(faceU);
  touched.push(nestedId(order, face, u - faceU * nside, nside - 1 - (v - faceV * nside)));
}

function wrap(quadrant: number): number {
  return ((quadrant % 4) + 4) % 4;
}
