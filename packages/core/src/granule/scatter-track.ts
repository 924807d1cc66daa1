import { type ScatteredRows, type ShardScatter, scatterRows } from "@zagg/healpix";
import { pick } from "./pick.js";

/** Coordinates of a stretch of a track, degrees (latitude geodetic), for its rows start..stop−1. */
export interface StretchCoordinates {
  readonly rows: number;
  /** Rows that are cheapest to ask for at once, and multiples of it. */
  readonly step: number;
  latitude(start: number, stop: number): Float64Array;
  longitude(start: number, stop: number): Float64Array;
}

/** The rows of a stretch that lie in shards. */
export interface ScatteredStretch extends ScatteredRows {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /**
   * Rows whose latitude is NaN, or not on Earth; and of those between the shards' southern and northern ends, the ones
   * whose longitude is. They belong to no shard.
   */
  readonly withoutCoordinates: number;
}

/** Steps are at least this long, so that tiny chunks do not cost a pass each. */
const MIN_STEP_ROWS = 10_000;

/**
 * Which rows of a stretch lie in which shard. Longitudes are asked for only where latitudes reach into the shards: where
 * these are few, that is a small part of a long track.
 */
export function scatterTrack(track: StretchCoordinates, scatter: ShardScatter): ScatteredStretch {
  const { south, north } = scatter;
  const step = Math.min(track.rows, Math.ceil(MIN_STEP_ROWS / track.step) * track.step);
  const here = { rows: new Uint32Array(step), slots: new Uint32Array(step), ranks: new Uint32Array(step) };
  const parts: Omit<ScatteredStretch, "withoutCoordinates">[] = [];
  let withoutCoordinates = 0;
  for (let start = 0; start < track.rows; start += step) {
    const stop = Math.min(track.rows, start + step);
    const latitude = track.latitude(start, stop);
    const band = countBand(latitude, south, north);
    withoutCoordinates += band.invalid;
    if (band.inside === 0) continue;
    const longitude = track.longitude(start, stop);
    withoutCoordinates += countInvalidLongitudes(longitude, latitude, south, north);
    const kept = scatterRows(scatter, longitude, latitude, 0, stop - start, here);
    if (kept === 0) continue;
    const rows = here.rows.slice(0, kept);
    parts.push({
      rows: rows.map((row) => row + start),
      slots: here.slots.slice(0, kept),
      ranks: here.ranks.slice(0, kept),
      latitude: pick(latitude, rows),
      longitude: pick(longitude, rows),
    });
  }
  return { ...joined(parts), withoutCoordinates };
}

function joined(parts: readonly Omit<ScatteredStretch, "withoutCoordinates">[]) {
  const length = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const all = {
    rows: new Uint32Array(length),
    slots: new Uint32Array(length),
    ranks: new Uint32Array(length),
    latitude: new Float64Array(length),
    longitude: new Float64Array(length),
  };
  let at = 0;
  for (const part of parts) {
    all.rows.set(part.rows, at);
    all.slots.set(part.slots, at);
    all.ranks.set(part.ranks, at);
    all.latitude.set(part.latitude, at);
    all.longitude.set(part.longitude, at);
    at += part.rows.length;
  }
  return all;
}

function countBand(latitude: Float64Array, south: number, north: number) {
  let inside = 0;
  let invalid = 0;
  for (let i = 0; i < latitude.length; i++) {
    const phi = latitude[i] as number;
    if (phi >= south && phi <= north) inside++;
    else if (!(Math.abs(phi) <= 90)) invalid++;
  }
  return { inside, invalid };
}

function countInvalidLongitudes(
  longitude: Float64Array,
  latitude: Float64Array,
  south: number,
  north: number,
): number {
  let invalid = 0;
  for (let i = 0; i < latitude.length; i++) {
    const phi = latitude[i] as number;
    if (phi >= south && phi <= north && !(Math.abs(longitude[i] as number) <= 360)) invalid++;
  }
  return invalid;
}
