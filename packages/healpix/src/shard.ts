import { cellBoundary } from "./boundary.js";
import { faceCell, type LonLat } from "./centre.js";
import { HealpixError } from "./error.js";
import { spread } from "./interleave.js";
import type { Latitude } from "./latitude.js";
import { faceCells, locate } from "./locate.js";
import { checkOrder, MAX_NUMBER_ORDER } from "./order.js";

/** Widening of a shard's bounding box, degrees: far more than rounding, far less than anything measured. */
const BOX_MARGIN = 1e-9;

/** Levels between shard and cell, so that ranks and their 4^levels fit 32 bits. */
const MAX_LEVELS = 15;

/** Candidates per pass through the cell kernel. */
const BLOCK = 1024;

const candidateLon = new Float64Array(BLOCK);
const candidateLat = new Float64Array(BLOCK);
const candidateRow = new Uint32Array(BLOCK);
const cells = faceCells(BLOCK);

/** One shard, ready to pick its points out of tracks. */
export interface ShardSelector {
  readonly childOrder: number;
  readonly latitude: Latitude;
  /** Levels from shard to cell: the shard has 4^levels cells. */
  readonly levels: number;
  readonly face: number;
  readonly x: number;
  readonly y: number;
  /** Degrees. `west` in −180..180; longitudes west .. west + width. */
  readonly box: {
    readonly south: number;
    readonly north: number;
    readonly west: number;
    readonly width: number;
  };
}

/**
 * Prepares the picking of a shard's points.
 *
 * @param shard nested id at `parentOrder`
 */
export function shardSelector(
  parentOrder: number,
  shard: number,
  childOrder: number,
  latitude: Latitude,
): ShardSelector {
  checkOrder(childOrder, MAX_NUMBER_ORDER);
  const levels = childOrder - parentOrder;
  if (levels < 0 || levels > MAX_LEVELS) {
    throw new HealpixError("order", `cells of order ${childOrder} in shards of order ${parentOrder}`);
  }
  // A cell's extremes are its corners: latitude rises with x + y, and longitude with x and against y, in belt and caps.
  const [north, west, south, east] = cellBoundary(parentOrder, shard, { latitude }) as [
    LonLat,
    LonLat,
    LonLat,
    LonLat,
  ];
  return {
    childOrder,
    latitude,
    levels,
    ...faceCell(parentOrder, shard),
    box: {
      south: south[1] - BOX_MARGIN,
      north: north[1] + BOX_MARGIN,
      west: west[0] - BOX_MARGIN,
      width: ((east[0] - west[0] + 360) % 360) + 2 * BOX_MARGIN,
    },
  };
}

/**
 * Which of the points start..stop−1 lie in the shard, and in which of its cells.
 *
 * A bounding box throws out most points for two comparisons; the exact cell decides about the rest, so that the shards
 * of one order share out every valid point exactly once. NaN and out-of-range coordinates belong to none.
 *
 * @param lon degrees east, −360..360
 * @param lat geodetic latitudes, degrees
 * @param rows index of each kept point, ascending; room for stop − start
 * @param ranks its cell as rank 0..4^levels − 1 among the shard's children (nested id − first child)
 * @returns how many were kept
 */
export function selectShard(
  selector: ShardSelector,
  lon: Float64Array,
  lat: Float64Array,
  start: number,
  stop: number,
  rows: Uint32Array,
  ranks: Uint32Array,
): number {
  const { box } = selector;
  const { south, north, west, width } = box;
  let kept = 0;
  let waiting = 0;
  for (let i = start; i < stop; i++) {
    const phi = lat[i] as number;
    if (!(phi >= south && phi <= north)) continue;
    const lambda = lon[i] as number;
    let offset = lambda - west;
    if (offset < 0) offset += 360;
    if (offset < 0) offset += 360;
    if (offset >= 360) offset -= 360;
    if (!(offset <= width)) continue;
    candidateLon[waiting] = lambda;
    candidateLat[waiting] = phi;
    candidateRow[waiting++] = i;
    if (waiting === BLOCK) {
      kept = keepExact(selector, waiting, rows, ranks, kept);
      waiting = 0;
    }
  }
  return keepExact(selector, waiting, rows, ranks, kept);
}

function keepExact(
  selector: ShardSelector,
  count: number,
  rows: Uint32Array,
  ranks: Uint32Array,
  kept: number,
): number {
  const { childOrder, latitude, levels, face, x, y } = selector;
  const inShard = 2 ** levels - 1;
  locate(childOrder, candidateLon, candidateLat, latitude, 0, count, cells);
  let k = kept;
  for (let i = 0; i < count; i++) {
    const cx = cells.x[i] as number;
    const cy = cells.y[i] as number;
    if (cells.face[i] !== face || cx >> levels !== x || cy >> levels !== y) continue;
    rows[k] = candidateRow[i] as number;
    ranks[k] = spread(cx & inShard) | (spread(cy & inShard) << 1);
    k++;
  }
  return k;
}
