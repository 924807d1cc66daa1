import { s2 } from "s2js";
import { cellBoundary } from "../boundary.js";
import { cellOf } from "../cell.js";
import type { LonLat } from "../centre.js";

/** Tests of points and cells against great-circle rings by S2, which shares no idea with our coverage. */

export type Vector = readonly [x: number, y: number, z: number];

export function vector([lon, lat]: LonLat): Vector {
  const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
}

export function lonLat([x, y, z]: Vector): LonLat {
  return [(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI];
}

export function s2Point(point: LonLat): s2.Point {
  return s2.Point.fromCoords(...vector(point));
}

/** The ring's smaller side. */
export function s2Loop(ring: readonly LonLat[]): s2.Loop {
  const loop = new s2.Loop(ring.map(s2Point));
  loop.normalize();
  return loop;
}

/**
 * Whether a ring's edges, all great circles, touch a cell (`geodetic`, so that cell and ring are on one sphere): a
 * corner lies in the cell, or an edge passes between two points of the cell's outline that are next to each other,
 * within `near` radians.
 */
export function edgesTouch(ring: readonly LonLat[], order: number, cell: number, near = 1e-12): boolean {
  if (ring.some(([lon, lat]) => cellOf(order, lon, lat, "geodetic") === cell)) return true;
  const outline = cellBoundary(order, cell, { latitude: "geodetic", step: 64 }).map(vector);
  return ring.some((corner, k) => {
    const a = vector(corner);
    const b = vector(ring[(k + 1) % ring.length] as LonLat);
    const normal = cross(a, b);
    const size = Math.hypot(...normal);
    if (size === 0) return false;
    // Planes through a and b at right angles to the edge: between them lies the edge.
    const [afterA, beforeB] = [cross(normal, a), cross(b, normal)];
    const side = outline.map((point) => dot(normal, point) / size);
    return outline.some((point, i) => {
      const next = (i + 1) % outline.length;
      const [here, there] = [side[i] ?? 1, side[next] ?? 1];
      if (here * there > 0 && Math.min(Math.abs(here), Math.abs(there)) > near) return false;
      const part = here === there ? 0.5 : Math.min(Math.max(here / (here - there), 0), 1);
      const other = outline[next] as Vector;
      const crossing = point.map((v, axis) => v + part * ((other[axis] ?? 0) - v)) as unknown as Vector;
      return dot(afterA, crossing) >= -near && dot(beforeB, crossing) >= -near;
    });
  });
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
