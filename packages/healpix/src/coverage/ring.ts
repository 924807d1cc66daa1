import type { LonLat } from "../centre.js";
import { HealpixError } from "../error.js";
import { authalicLatitude, type Latitude } from "../latitude.js";
import { planeSides } from "./plane-ring.js";

const DEGREE = Math.PI / 180;

/**
 * An area on the Earth, and how its corners are joined.
 * - `lonlat`: straight lines of longitude and latitude, however long, as GeoJSON (RFC 7946) and bounding boxes mean
 *   them. The interior is what the ring encloses on the flat map; of a ring around a pole, the smaller side. Such a
 *   ring may or may not end with the line that leads back on the flat map (see `planeSides`).
 * - `great-circle`: shortest arcs, as CMR means them, between the corners on the sphere of the cells. The interior is
 *   the smaller side, unless a hole lies in the larger one.
 *
 * The ring's direction does not matter.
 */
export interface Polygon {
  /** The outline first, then holes; [lon, lat] in degrees, geodetic latitude; closed or not. */
  readonly rings: readonly (readonly LonLat[])[];
  readonly edges: "lonlat" | "great-circle";
  /** The grid's convention. */
  readonly latitude: Latitude;
}

/**
 * One edge: longitudes unwrapped, so that lon1 − lon0 is how far it goes east; latitudes geodetic for edges of a
 * `lonlat` ring, else on the sphere. Meridians are straight in either sense, and count as such.
 */
export interface Edge {
  readonly lon0: number;
  readonly lat0: number;
  readonly lon1: number;
  readonly lat1: number;
  /** A great circle that is no meridian; goes less than 180° east or west. */
  readonly arc: boolean;
}

/** The edges of a ring, head to tail, each at most 90° long if it is an arc. */
export function ringEdges(
  ring: readonly LonLat[],
  { edges, latitude }: Pick<Polygon, "edges" | "latitude">,
): Edge[] {
  const corners = distinctCorners(ring);
  if (edges === "great-circle") return arcEdges(corners, latitude);
  return planeSides(corners).map((line) => ({ ...line, arc: false }));
}

function arcEdges(corners: readonly LonLat[], latitude: Latitude): Edge[] {
  const onSphere = corners.map(
    ([lon, lat]): LonLat => [lon, latitude === "authalic" ? authalicLatitude(lat) : lat],
  );
  const result: Edge[] = [];
  let lon = corners[0]?.[0] ?? 0;
  onSphere.forEach(([lonA, latA], k) => {
    const [lonB, latB] = onSphere[(k + 1) % onSphere.length] as LonLat;
    const east = shortWay(lonB - lonA);
    addGreatCircle(result, lon, latA, east, latB);
    lon += east;
  });
  return result;
}

function distinctCorners(ring: readonly LonLat[]): LonLat[] {
  const corners: LonLat[] = [];
  for (const [lon, lat] of ring) {
    if (!(Math.abs(lon) <= 360 && Math.abs(lat) <= 90)) {
      throw new HealpixError("polygon", `[${lon}, ${lat}] is no longitude and latitude in degrees`);
    }
    const before = corners.at(-1);
    if (before?.[0] !== lon || before[1] !== lat) corners.push([lon, lat]);
  }
  const [first, last] = [corners[0], corners.at(-1)];
  if (corners.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1]) corners.pop();
  if (corners.length < 3) {
    throw new HealpixError("polygon", `a ring of ${corners.length} different corners encloses nothing`);
  }
  return corners;
}

/** Degrees east, −180..180, for a difference of longitudes. */
function shortWay(turn: number): number {
  return Math.abs(turn) <= 180 ? turn : turn - 360 * Math.round(turn / 360);
}

/** Closer than this to half a turn, in degrees, two longitudes are one meridian over the pole. */
const OVER_THE_POLE = 1e-9;

function addGreatCircle(into: Edge[], lon: number, lat0: number, east: number, lat1: number): void {
  const end = lon + east;
  const meridian = (a: number, from: number, b: number, to: number) => {
    if (a !== b || from !== to) into.push({ lon0: a, lat0: from, lon1: b, lat1: to, arc: false });
  };
  if (Math.abs(lat0) === 90 || Math.abs(lat1) === 90 || Math.abs(east) > 180 - OVER_THE_POLE) {
    // By the pole: up (or down) one meridian, a turn at the pole, and along the other.
    const sum = Math.abs(lat0) === 90 ? lat0 : Math.abs(lat1) === 90 ? lat1 : lat0 + lat1;
    if (Math.abs(sum) < OVER_THE_POLE || (Math.abs(lat0) === 90 && lat1 === -lat0)) {
      throw new HealpixError(
        "polygon",
        `corners at latitudes ${lat0} and ${lat1} are opposite: no shortest arc`,
      );
    }
    const pole = 90 * Math.sign(sum);
    meridian(lon, lat0, lon, pole);
    meridian(lon, pole, end, pole);
    meridian(end, pole, end, lat1);
    return;
  }
  if (east === 0) {
    meridian(lon, lat0, end, lat1);
    return;
  }
  const [ax, az] = [Math.cos(lat0 * DEGREE), Math.sin(lat0 * DEGREE)];
  const [br, bz] = [Math.cos(lat1 * DEGREE), Math.sin(lat1 * DEGREE)];
  const [bx, by] = [br * Math.cos(east * DEGREE), br * Math.sin(east * DEGREE)];
  if (ax * bx + az * bz >= 0) {
    into.push({ lon0: lon, lat0, lon1: lon + east, lat1, arc: true });
  } else {
    const half = Math.atan2(by, ax + bx) / DEGREE;
    const lat = Math.atan2(az + bz, Math.hypot(ax + bx, by)) / DEGREE;
    into.push({ lon0: lon, lat0, lon1: lon + half, lat1: lat, arc: true });
    into.push({ lon0: lon + half, lat0: lat, lon1: lon + east, lat1, arc: true });
  }
}
