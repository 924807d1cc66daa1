import type { Edge } from "./ring.js";

const DEGREE = Math.PI / 180;

/** A ring as a test: on which side of it a point lies. */
export interface RingSides {
  /** Whether the point (degrees; latitude of the ring's kind) is on the north pole's side; not for points on the ring. */
  northOf(lon: number, lat: number): boolean;
  /** Whether the interior, by the rule of the ring's kind, holds the north pole. */
  readonly northInside: boolean;
  /** Whether that rule is only a guess from the areas, that holes may overrule. */
  readonly guessed: boolean;
}

/**
 * Prepares a ring for point tests. A point is on the north pole's side when its meridian northwards crosses the ring an
 * even number of times; edges own their western end but not their eastern one, so a corner is counted once.
 */
export function ringSides(edges: readonly Edge[], planar: boolean): RingSides {
  const buckets = bucketByLongitude(edges);
  const normals = arcNormals(edges);
  let [lowest, highest, area, turns] = [90, -90, 0, 0];
  for (const edge of edges) {
    // No point of an arc is farther than half its length from the nearer end.
    const bulge = edge.arc ? arcLength(edge) / 2 : 0;
    lowest = Math.min(lowest, edge.lat0 - bulge, edge.lat1 - bulge);
    highest = Math.max(highest, edge.lat0 + bulge, edge.lat1 + bulge);
    area += areaToPole(edge);
    turns += edge.lon1 - edge.lon0;
  }
  const aroundPole = Math.round(turns / 360) % 2 !== 0;
  // Of the equator, neither side is the smaller: it is the north, however its area is rounded.
  const smaller = Math.abs(area) <= 2 * Math.PI + 1e-9;
  return {
    guessed: aroundPole || !planar,
    northInside: aroundPole ? smaller : !planar && !smaller,
    northOf(lon, lat) {
      if (lat > highest) return true;
      if (lat < lowest) return !aroundPole;
      const [x, y, z] = unit(lon, lat);
      const around = (((lon % 360) + 360) % 360) / 360;
      const bucket = buckets[Math.min(Math.floor(around * buckets.length), buckets.length - 1)] ?? [];
      let even = true;
      for (const k of bucket) {
        const { lon0, lat0, lon1, lat1, arc } = edges[k] as Edge;
        const west = Math.min(lon0, lon1);
        const at = notBelow(west, lon);
        if (at >= Math.max(lon0, lon1)) continue;
        const edgeIsNorth = arc
          ? (normals[3 * k] as number) * x +
              (normals[3 * k + 1] as number) * y +
              (normals[3 * k + 2] as number) * z <
            0
          : lat0 + ((at - lon0) / (lon1 - lon0)) * (lat1 - lat0) > lat;
        if (edgeIsNorth) even = !even;
      }
      return even;
    },
  };
}

/** The least longitude from `west` on that is the meridian `lon`. Both ends of an edge must be told alike, to the bit. */
function notBelow(west: number, lon: number): number {
  const turns = Math.ceil((west - lon) / 360); // may be one off by rounding
  const [before, at] = [lon + 360 * (turns - 1), lon + 360 * turns];
  if (before >= west) return before;
  return at >= west ? at : at + 360;
}

/** Northward normals of the arcs' planes, three numbers an edge; zeros for straight edges. */
function arcNormals(edges: readonly Edge[]): Float64Array {
  const normals = new Float64Array(3 * edges.length);
  edges.forEach(({ lon0, lat0, lon1, lat1, arc }, k) => {
    if (!arc) return;
    const [ax, ay, az] = unit(lon0, lat0);
    const [bx, by, bz] = unit(lon1, lat1);
    const north = Math.sign(lon1 - lon0);
    normals[3 * k] = north * (ay * bz - az * by);
    normals[3 * k + 1] = north * (az * bx - ax * bz);
    normals[3 * k + 2] = north * (ax * by - ay * bx);
  });
  return normals;
}

function unit(lon: number, lat: number): readonly [number, number, number] {
  const across = Math.cos(lat * DEGREE);
  return [across * Math.cos(lon * DEGREE), across * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE)];
}

/** Area between an edge and the north pole on the unit sphere, positive for an edge that goes east. */
function areaToPole({ lon0, lat0, lon1, lat1, arc }: Edge): number {
  const east = (lon1 - lon0) * DEGREE;
  if (arc) {
    // Excess of the triangle edge-pole, by half colatitudes.
    const [h0, h1] = [((90 - lat0) / 2) * DEGREE, ((90 - lat1) / 2) * DEGREE];
    const [ss, cc] = [Math.sin(h0) * Math.sin(h1), Math.cos(h0) * Math.cos(h1)];
    return 2 * Math.atan2(ss * Math.sin(east), cc + ss * Math.cos(east));
  }
  const rise = (lat1 - lat0) * DEGREE;
  const middle = ((lat0 + lat1) / 2) * DEGREE;
  const flattening = rise === 0 ? 1 : Math.sin(rise / 2) / (rise / 2);
  return east * (1 - Math.sin(middle) * flattening);
}

/** Degrees (haversine formula). */
function arcLength({ lon0, lat0, lon1, lat1 }: Edge): number {
  const rise = Math.sin(((lat1 - lat0) / 2) * DEGREE);
  const run = Math.sin(((lon1 - lon0) / 2) * DEGREE);
  const chord = rise * rise + Math.cos(lat0 * DEGREE) * Math.cos(lat1 * DEGREE) * run * run;
  return (2 * Math.asin(Math.sqrt(Math.min(1, chord)))) / DEGREE;
}

/** Indices of the edges that each slice of the full circle touches. */
function bucketByLongitude(edges: readonly Edge[]): number[][] {
  const count = Math.max(1, Math.min(4096, edges.length));
  const buckets: number[][] = Array.from({ length: count }, () => []);
  edges.forEach(({ lon0, lon1 }, k) => {
    if (lon0 === lon1) return; // a meridian is never crossed by meridians
    const first = Math.floor((Math.min(lon0, lon1) / 360) * count) - 1;
    const last = Math.min(Math.floor((Math.max(lon0, lon1) / 360) * count) + 1, first + count - 1);
    for (let bucket = first; bucket <= last; bucket++) {
      buckets[((bucket % count) + count) % count]?.push(k);
    }
  });
  return buckets;
}
