import type { Grid, LonLat } from "@zagg/healpix";
import { cellRings } from "../export/cell-polygon.js";

/** A polygon in the plane of longitude and latitude: its outer ring, then its holes; rings are open. */
export type PlanePolygon = readonly (readonly LonLat[])[];

/** Mean side of a base cell, degrees. */
export const BASE_CELL_SIDE = 58.6;
/** Points per side of a cell: near the poles a straight line between its corners would leave the cell's points out. */
const POINTS_PER_SIDE = 4;
/** How far an outline may be from the cells' true one, in sides of a cell. */
const TOLERANCE = 0.02;

/**
 * The outline of a set of cells as RFC 7946 wants it (outer rings counter-clockwise, holes clockwise, nothing across
 * the antimeridian, a pole drawn as the line between its ±180), to 2 % of a cell's side. Cells that meet at a corner
 * only make polygons that touch there.
 *
 * Cells tile the rectangle −180..180 × −90..90, so the outline is what is left of their edges when those that two
 * cells share have cancelled out.
 *
 * @param cells nested ids at `order`, each once
 */
export function cellsOutline(
  order: number,
  cells: readonly number[],
  latitude: Grid["latitude"],
): PlanePolygon[] {
  const side = BASE_CELL_SIDE / 2 ** order;
  const edges = new Edges(side);
  for (const cell of cells) {
    for (const ring of cellRings(order, BigInt(cell), { latitude, step: POINTS_PER_SIDE })) edges.add(ring);
  }
  return polygonsOf(edges.rings(), edges.points).map((polygon) =>
    polygon.map((ring) => thinned(ring, edges.points, side * TOLERANCE)),
  );
}

/** Directed edges between numbered points; an edge and its reverse cancel out. */
class Edges {
  readonly points: LonLat[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #next = new Map<number, number[]>();
  readonly #grain: number;

  constructor(side: number) {
    // Two cells may compute a point that they share with different last digits. Corners lie at fractions of powers of
    // two, so a multiple of π keeps them away from where rounding changes.
    this.#grain = side / (1000 * Math.PI);
  }

  add(ring: readonly LonLat[]): void {
    const numbers = ring.map((point) => this.#number(point));
    for (const [i, from] of numbers.entries()) {
      const to = numbers[(i + 1) % numbers.length] as number;
      if (from !== to && !this.#remove(to, from)) this.#next.set(from, [...(this.#next.get(from) ?? []), to]);
    }
  }

  /** Takes the edges as closed rings that pass no point twice, the cells at their left. Leaves none. */
  rings(): number[][] {
    const rings: number[][] = [];
    for (const start of this.#next.keys()) {
      while ((this.#next.get(start)?.length ?? 0) > 0) {
        const path = [start];
        const positions = new Map([[start, 0]]);
        do {
          const to = this.#turn(path.at(-2), path.at(-1) as number);
          const seen = positions.get(to);
          if (seen === undefined) positions.set(to, path.push(to) - 1);
          else {
            rings.push(path.slice(seen));
            for (const left of path.splice(seen + 1)) positions.delete(left);
          }
        } while (path.length > 1);
      }
    }
    return rings;
  }

  #number(point: LonLat): number {
    const key = point.map((degrees) => Math.round(degrees / this.#grain)).join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.points.length);
    return this.points.push(point) - 1;
  }

  #remove(from: number, to: number): boolean {
    const next = this.#next.get(from) ?? [];
    const at = next.indexOf(to);
    if (at >= 0) next.splice(at, 1);
    return at >= 0;
  }

  /** Takes the edge from `at` that turns most to the left: where cells touch at a corner, it stays with its own. */
  #turn(before: number | undefined, at: number): number {
    const next = this.#next.get(at) as number[];
    const [x, y] = this.points[at] as LonLat;
    const [x0, y0] = before === undefined ? [x, y] : (this.points[before] as LonLat);
    const angle = (to: number): number => {
      const [x1, y1] = this.points[to] as LonLat;
      const [ax, ay, bx, by] = [x - x0, y - y0, x1 - x, y1 - y];
      return Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    };
    const to = next.reduce((best, other) => (angle(other) > angle(best) ? other : best));
    this.#remove(at, to);
    return to;
  }
}

/** Rings as polygons: each clockwise one is a hole of the smallest other one around it. */
function polygonsOf(rings: readonly number[][], points: readonly LonLat[]): number[][][] {
  const sized = rings.map((ring) => ({ ring, area: signedArea(ring, points) }));
  const shells = sized.filter(({ area }) => area > 0).sort((a, b) => a.area - b.area);
  const polygons = new Map(shells.map(({ ring }) => [ring, [ring]]));
  for (const { ring: hole } of sized.filter(({ area }) => area < 0)) {
    const around = shells.find(({ ring }) => holds(ring, middle(hole, points), points));
    if (around) polygons.get(around.ring)?.push(hole);
  }
  return [...polygons.values()];
}

function signedArea(ring: readonly number[], points: readonly LonLat[]): number {
  return sides(ring, points).reduce((sum, [[x0, y0], [x1, y1]]) => sum + (x0 * y1 - x1 * y0) / 2, 0);
}

/** The middle of a ring's first edge: its corners may touch other rings. */
function middle(ring: readonly number[], points: readonly LonLat[]): LonLat {
  const [[[x0, y0], [x1, y1]]] = sides(ring, points) as [[LonLat, LonLat]];
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}

/** Whether a point lies in a ring: a ray from it to the east crosses the ring an odd number of times. */
function holds(ring: readonly number[], [x, y]: LonLat, points: readonly LonLat[]): boolean {
  const crossings = sides(ring, points).filter(
    ([[x0, y0], [x1, y1]]) => y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0),
  );
  return crossings.length % 2 === 1;
}

function sides(ring: readonly number[], points: readonly LonLat[]): (readonly [LonLat, LonLat])[] {
  return ring.map((from, i) => [
    points[from] as LonLat,
    points[ring[(i + 1) % ring.length] as number] as LonLat,
  ]);
}

/**
 * A ring without the points that lie within `tolerance` degrees of the line between those left. Where outlines touch
 * they turn sharply, so such points stay.
 */
function thinned(ring: readonly number[], points: readonly LonLat[], tolerance: number): LonLat[] {
  const at = (i: number) => points[ring[i % ring.length] as number] as LonLat;
  const kept: LonLat[] = [at(0)];
  let from = 0;
  for (let to = 2; to <= ring.length; to++) {
    let straight = true;
    for (let i = from + 1; straight && i < to; i++) straight = distance(at(i), at(from), at(to)) <= tolerance;
    if (straight) continue;
    from = to - 1;
    kept.push(at(from));
  }
  return kept;
}

/** Degrees of arc, about, from a point to the line from `a` to `b`. */
function distance(point: LonLat, a: LonLat, b: LonLat): number {
  // The widest of the three parallels: on that of a pole, all longitudes are one point.
  const scale = Math.max(...[point, a, b].map(([, lat]) => Math.cos((lat * Math.PI) / 180)));
  const [dx, dy] = [(b[0] - a[0]) * scale, b[1] - a[1]];
  const [px, py] = [(point[0] - a[0]) * scale, point[1] - a[1]];
  const length = Math.hypot(dx, dy);
  return length === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
}
