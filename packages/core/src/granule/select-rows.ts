import { type Grid, selectShard, shardSelector } from "@zagg/healpix";
import { pick } from "./pick.js";

/** The shard whose points are wanted. */
export interface ShardTarget extends Grid {
  /** Nested id at the parent order. */
  readonly shard: number;
}

/** The coordinates of one track, degrees (latitude geodetic), given for rows start..stop−1. */
export interface TrackCoordinates {
  readonly rows: number;
  /** Rows that are cheapest to ask for at once, and multiples of it. */
  readonly stretch: number;
  latitude(start: number, stop: number): Float64Array;
  longitude(start: number, stop: number): Float64Array;
}

/** The rows of one track that lie in a shard. */
export interface SelectedRows {
  /** Positions in the track, ascending. */
  readonly rows: Uint32Array;
  /** For each of them, the rank of its cell among the shard's cells. */
  readonly ranks: Uint32Array;
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /**
   * Rows of the track whose latitude is NaN, or not on Earth; and of those between the shard's southern and northern
   * ends, the ones whose longitude is. They belong to no shard.
   */
  readonly withoutCoordinates: number;
}

/** Stretches are at least this long, so that tiny chunks do not cost a pass each. */
const MIN_STRETCH_ROWS = 10_000;

/**
 * Which rows of a track lie in a shard. Longitudes are asked for only where latitudes reach into the shard: of a long
 * track that is a small part.
 */
export function selectRows(track: TrackCoordinates, target: ShardTarget): SelectedRows {
  const selector = shardSelector(target.parentOrder, target.shard, target.childOrder, target.latitude);
  const { south, north } = selector.box;
  const stretch = Math.min(track.rows, Math.ceil(MIN_STRETCH_ROWS / track.stretch) * track.stretch);
  const rows = new Uint32Array(stretch);
  const ranks = new Uint32Array(stretch);
  const parts: Omit<SelectedRows, "withoutCoordinates">[] = [];
  let withoutCoordinates = 0;
  for (let start = 0; start < track.rows; start += stretch) {
    const stop = Math.min(track.rows, start + stretch);
    const latitude = track.latitude(start, stop);
    const band = countBand(latitude, south, north);
    withoutCoordinates += band.invalid;
    if (band.inside === 0) continue;
    const longitude = track.longitude(start, stop);
    withoutCoordinates += countInvalidLongitudes(longitude, latitude, south, north);
    const kept = selectShard(selector, longitude, latitude, 0, stop - start, rows, ranks);
    if (kept === 0) continue;
    const here = rows.subarray(0, kept);
    parts.push({
      rows: here.map((row) => row + start),
      ranks: ranks.slice(0, kept),
      latitude: pick(latitude, here),
      longitude: pick(longitude, here),
    });
  }
  return { ...joined(parts), withoutCoordinates };
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

function joined(
  parts: readonly Omit<SelectedRows, "withoutCoordinates">[],
): Omit<SelectedRows, "withoutCoordinates"> {
  const length = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const all = {
    rows: new Uint32Array(length),
    ranks: new Uint32Array(length),
    latitude: new Float64Array(length),
    longitude: new Float64Array(length),
  };
  let at = 0;
  for (const part of parts) {
    all.rows.set(part.rows, at);
    all.ranks.set(part.ranks, at);
    all.latitude.set(part.latitude, at);
    all.longitude.set(part.longitude, at);
    at += part.rows.length;
  }
  return all;
}

/**
 * Ranges [start, stop) that hold all of `rows`, ascending; stretches less than `gap` rows apart are one range.
 * Reading a range costs whole chunks, so a gap below the chunk size saves nothing.
 */
export function rowRanges(rows: Uint32Array, gap: number): [start: number, stop: number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const last = ranges.at(-1);
    if (last && row - last[1] < gap) last[1] = row + 1;
    else ranges.push([row, row + 1]);
  }
  return ranges;
}

/** Positions of `rows` in what reading `ranges` gives: the ranges' rows behind each other. */
export function rowPositions(rows: Uint32Array, ranges: readonly (readonly [number, number])[]): Uint32Array {
  const positions = new Uint32Array(rows.length);
  let range = 0;
  let before = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    while (row >= (ranges[range] as [number, number])[1]) {
      const [start, stop] = ranges[range++] as [number, number];
      before += stop - start;
    }
    positions[i] = before + row - (ranges[range] as [number, number])[0];
  }
  return positions;
}
