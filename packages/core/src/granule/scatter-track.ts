import { type ScatteredRows, type ShardScatter, scatterRows } from "@zagg/healpix";

/** Coordinates of a stretch of a track, degrees (latitude geodetic), for its rows start..stop−1. */
export interface StretchCoordinates {
  /** Row of the track that the stretch begins with. */
  readonly first: number;
  readonly rows: number;
  /** Rows that are cheapest to ask for at once, and multiples of it. */
  readonly step: number;
  latitude(start: number, stop: number): Float64Array;
  longitude(start: number, stop: number): Float64Array;
}

/** The rows of a stretch that lie in shards, by their place in the track. */
export interface ScatteredStretch extends ScatteredRows {
  /** Of each row, where they were to be kept; else empty. */
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /**
   * Rows whose latitude is NaN, or not on Earth; and of those between the shards' southern and northern ends, the ones
   * whose longitude is. They belong to no shard.
   */
  readonly withoutCoordinates: number;
}

/** Most tracks lie in the wanted shards nearly whole or in small part. */
const GROWTH = 4;

/** Steps are at least this long, so that tiny chunks do not cost a pass each. */
const MIN_STEP_ROWS = 10_000;

/**
 * Which rows of a stretch lie in which shard, and where coordinates are to be kept, these too. Longitudes are asked for
 * only where latitudes reach into the shards: where these are few, that is a small part of a long track.
 */
export function scatterTrack(
  track: StretchCoordinates,
  scatter: ShardScatter,
  keepCoordinates: boolean,
): ScatteredStretch {
  const { south, north } = scatter;
  const { first } = track;
  const step = Math.min(track.rows, Math.ceil(MIN_STEP_ROWS / track.step) * track.step);
  let room = roomFor(step, keepCoordinates);
  let length = 0;
  let withoutCoordinates = 0;
  for (let start = 0; start < track.rows; start += step) {
    const stop = Math.min(track.rows, start + step);
    const latitude = track.latitude(start, stop);
    const band = countBand(latitude, south, north);
    withoutCoordinates += band.invalid;
    if (band.inside === 0) continue;
    const longitude = track.longitude(start, stop);
    withoutCoordinates += countInvalidLongitudes(longitude, latitude, south, north);
    if (length + stop - start > room.rows.length) {
      const most = length + track.rows - start;
      room = copyInto(roomFor(Math.min(most, GROWTH * room.rows.length), keepCoordinates), room);
    }
    const end = scatterRows(scatter, longitude, latitude, 0, stop - start, room, length);
    if (keepCoordinates) keep(room, length, end, latitude, longitude);
    for (let i = length; i < end; i++) room.rows[i] = (room.rows[i] as number) + first + start;
    length = end;
  }
  return { ...firstOf(room, length), withoutCoordinates };
}

type Room = Omit<ScatteredStretch, "withoutCoordinates">;

function roomFor(length: number, keepCoordinates: boolean): Room {
  const kept = keepCoordinates ? length : 0;
  return {
    rows: new Uint32Array(length),
    slots: new Uint32Array(length),
    ranks: new Uint32Array(length),
    latitude: new Float64Array(kept),
    longitude: new Float64Array(kept),
  };
}

function copyInto(room: Room, { rows, slots, ranks, latitude, longitude }: Room): Room {
  room.rows.set(rows);
  room.slots.set(slots);
  room.ranks.set(ranks);
  room.latitude.set(latitude);
  room.longitude.set(longitude);
  return room;
}

/** Coordinates of rows that are still counted from where `latitude` and `longitude` begin. */
function keep(room: Room, from: number, to: number, latitude: Float64Array, longitude: Float64Array): void {
  for (let i = from; i < to; i++) {
    room.latitude[i] = latitude[room.rows[i] as number] as number;
    room.longitude[i] = longitude[room.rows[i] as number] as number;
  }
}

/** The rows at `kept`, places in ascending order; what lies in `scattered` moves up. */
export function onlyAt(scattered: ScatteredStretch, kept: Uint32Array): ScatteredStretch {
  if (kept.length < scattered.rows.length) {
    const { rows, slots, ranks, latitude, longitude } = scattered;
    for (const words of [rows, slots, ranks]) moveUp(words, kept);
    for (const degrees of [latitude, longitude]) if (degrees.length > 0) moveUp(degrees, kept);
  }
  return { ...firstOf(scattered, kept.length), withoutCoordinates: scattered.withoutCoordinates };
}

function moveUp(values: Uint32Array | Float64Array, kept: Uint32Array): void {
  for (let i = 0; i < kept.length; i++) values[i] = values[kept[i] as number] as number;
}

function firstOf({ rows, slots, ranks, latitude, longitude }: Room, length: number): Room {
  return {
    rows: rows.subarray(0, length),
    slots: slots.subarray(0, length),
    ranks: ranks.subarray(0, length),
    latitude: latitude.subarray(0, length),
    longitude: longitude.subarray(0, length),
  };
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
