import type { LonLat } from "../centre.js";
import { ringSides } from "./inside.js";
import { ringEdges } from "./ring.js";

/** The box around a ring whose edges are straight in longitude and latitude, and how it was read. Degrees. */
export interface RingExtent {
  /** Where it begins; it goes `width` (0..360) east from there. */
  readonly west: number;
  readonly width: number;
  readonly south: number;
  readonly north: number;
  /** Longitude that its longest edge spans: over 180 the edge goes the long way, as RFC 7946 has it. */
  readonly longestEdge: number;
}

/**
 * The extent of what a `lonlat` ring encloses: with the pole where it goes round one.
 *
 * @param ring [lon, lat] in degrees, closed or not
 * @throws HealpixError "polygon", as `polygonCoverage`
 * @example ringExtent([[0, -75], [120, -75], [-120, -75]]) // the cap: south −90, width 360
 */
export function ringExtent(ring: readonly LonLat[]): RingExtent {
  const edges = ringEdges(ring, { edges: "lonlat", latitude: "geodetic" });
  let [west, east, south, north, longestEdge, turn] = [360, -360, 90, -90, 0, 0];
  for (const { lon0, lat0, lon1, lat1 } of edges) {
    west = Math.min(west, lon0, lon1);
    east = Math.max(east, lon0, lon1);
    south = Math.min(south, lat0, lat1);
    north = Math.max(north, lat0, lat1);
    longestEdge = Math.max(longestEdge, Math.abs(lon1 - lon0));
    turn += lon1 - lon0;
  }
  if (Math.abs(turn) < 180) return { west, width: Math.min(360, east - west), south, north, longestEdge };
  const cap = ringSides(edges, true).northInside ? { south, north: 90 } : { south: -90, north };
  return { west: -180, width: 360, ...cap, longestEdge };
}
