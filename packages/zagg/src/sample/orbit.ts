/**
 * Where ICESat-2 flies: a circular orbit whose ground track closes after 1,387 revolutions. The constants were
 * fitted to real ATL06 granules (segment ids, delta_time, node longitudes of tracks 234 to 1169, cycles 1 to 13),
 * which they meet to about 0.1° of longitude and 10 s.
 */

const INCLINATION_DEGREES = 92;
/** Reference ground tracks in one repeat cycle. */
export const REFERENCE_TRACKS = 1387;
/** Turns of the Earth below the orbit's plane in one repeat cycle. */
const TURNS_PER_CYCLE = 91;
/** Time of one revolution, node to node. */
const REVOLUTION_SECONDS = 94.2897 * 60;
/** Along-track length of an ATL06 segment's step. */
export const SEGMENT_METRES = 20;
const SEGMENTS_PER_REVOLUTION = 2_005_500;
/** Longitude of the ascending node of track 1, degrees east. */
const FIRST_NODE_DEGREES = -0.11;
/** Start of track 1, cycle 1, seconds since the ATLAS epoch. */
const FIRST_START_SECONDS = 23_386_800;
/** `delta_time` counts seconds from here. */
export const ATLAS_EPOCH_MS = Date.UTC(2018, 0, 1);

const RADIANS = Math.PI / 180;
const EARTH_RADIUS_METRES = 6_371_007;
/** Square of the first eccentricity of the WGS84 ellipsoid. */
const WGS84_E2 = 0.006_694_379_990_14;

/** A part of a revolution that makes one granule. ICESat-2 cuts each track into 14. */
export type Region = 10 | 11 | 12;

/** Segments of a region, as [first, last): 10 goes down from 50° S to 79° S, 11 on past 88° S, 12 back up. */
export function regionSegments(region: Region): readonly [number, number] {
  const at50 = 0.5 + revolutionsFromNode(50);
  const at79 = 0.5 + revolutionsFromNode(79);
  const bounds = { 10: [at50, at79], 11: [at79, 1.5 - at79], 12: [1.5 - at79, 1.5 - at50] } as const;
  const [from, to] = bounds[region];
  return [Math.round(from * SEGMENTS_PER_REVOLUTION), Math.round(to * SEGMENTS_PER_REVOLUTION)];
}

/** `delta_time` (s) at which a segment is passed over. */
export function segmentTime(cycle: number, track: number, segment: number): number {
  const revolutions = (cycle - 1) * REFERENCE_TRACKS + (track - 1) + segment / SEGMENTS_PER_REVOLUTION;
  return FIRST_START_SECONDS + revolutions * REVOLUTION_SECONDS;
}

/** A place on the ellipsoid, degrees; latitude is geodetic. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where a beam hits the ground at a segment, `leftMetres` to the left of the reference track. */
export function segmentPlace(track: number, segment: number, leftMetres: number): Place {
  const revolutions = segment / SEGMENTS_PER_REVOLUTION;
  const angle = 2 * Math.PI * revolutions;
  const offset = leftMetres / EARTH_RADIUS_METRES;
  const inclination = INCLINATION_DEGREES * RADIANS;
  // In the orbit's plane, then tilted about the line of nodes.
  const along = Math.cos(offset) * Math.sin(angle);
  const x = Math.cos(offset) * Math.cos(angle);
  const y = along * Math.cos(inclination) - Math.sin(offset) * Math.sin(inclination);
  const z = along * Math.sin(inclination) + Math.sin(offset) * Math.cos(inclination);
  const turn = (360 * TURNS_PER_CYCLE) / REFERENCE_TRACKS;
  const longitude = FIRST_NODE_DEGREES - (track - 1 + revolutions) * turn + Math.atan2(y, x) / RADIANS;
  const geocentric = Math.asin(Math.max(-1, Math.min(1, z)));
  return {
    latitude: Math.atan(Math.tan(geocentric) / (1 - WGS84_E2)) / RADIANS,
    longitude: longitude - 360 * Math.floor((longitude + 180) / 360),
  };
}

/** The track that passes nearest to a longitude at the given segment. */
export function trackNear(segment: number, longitude: number): number {
  let best = 1;
  let least = 360;
  for (let track = 1; track <= REFERENCE_TRACKS; track++) {
    const away = Math.abs(((segmentPlace(track, segment, 0).longitude - longitude + 540) % 360) - 180);
    if (away < least) [best, least] = [track, away];
  }
  return best;
}

/** Part of a revolution from the equator to a geodetic latitude. */
function revolutionsFromNode(latitude: number): number {
  const geocentric = Math.atan((1 - WGS84_E2) * Math.tan(latitude * RADIANS));
  return Math.asin(Math.sin(geocentric) / Math.sin(INCLINATION_DEGREES * RADIANS)) / (2 * Math.PI);
}
