import { selectShard, shardSelector } from "@zagg/healpix";
import type { Grid } from "../catalog/index.js";

/** The shard whose points are wanted. */
export interface ShardTarget extends Grid {
  /** Nested id at the parent order. */
  readonly shard: number;
}

/** The rows of one track that lie in a shard. */
export interface SelectedRows {
  /** Positions in the track, ascending. */
  readonly rows: Uint32Array;
  /** For each of them, the rank of its cell among the shard's cells. */
  readonly ranks: Uint32Array;
  /** Rows of the whole track whose coordinates are NaN, or not on Earth. They belong to no shard. */
  readonly withoutCoordinates: number;
}

/** Which rows of a track (degrees; latitude geodetic) lie in a shard. */
export function selectRows(
  longitude: Float64Array,
  latitude: Float64Array,
  target: ShardTarget,
): SelectedRows {
  const selector = shardSelector(target.parentOrder, target.shard, target.childOrder, target.latitude);
  const rows = new Uint32Array(latitude.length);
  const ranks = new Uint32Array(latitude.length);
  const kept = selectShard(selector, longitude, latitude, 0, latitude.length, rows, ranks);
  return {
    rows: rows.slice(0, kept),
    ranks: ranks.slice(0, kept),
    withoutCoordinates: countInvalid(longitude, latitude),
  };
}

function countInvalid(longitude: Float64Array, latitude: Float64Array): number {
  let invalid = 0;
  for (let i = 0; i < latitude.length; i++) {
    const valid = Math.abs(latitude[i] as number) <= 90 && Math.abs(longitude[i] as number) <= 360;
    if (!valid) invalid++;
  }
  return invalid;
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
