import { type CellBox, cellBox } from "./box.js";
import { nestedId } from "./cell.js";
import { HealpixError } from "./error.js";
import type { ShardGrid } from "./grid.js";
import { spread } from "./interleave.js";
import { faceCells, locate } from "./locate.js";
import { checkOrder, MAX_NUMBER_ORDER, MAX_ORDER } from "./order.js";

/** Orders between shard and rank, so that ranks and their 4^orders fit 32 bits. */
const MAX_DEPTH = 15;

/** Candidates per pass through the cell kernel. */
const BLOCK = 1024;

const candidateLon = new Float64Array(BLOCK);
const candidateLat = new Float64Array(BLOCK);
const candidateRow = new Uint32Array(BLOCK);
const cells = faceCells(BLOCK);

/** Shards, ready to take their points out of tracks: those in a box. */
export interface ShardScatter extends CellBox {
  readonly parentOrder: number;
  readonly latitude: ShardGrid["latitude"];
  /** Orders below the parent at which ranks are told. */
  readonly depth: number;
  /** Position of each shard, by nested id. */
  readonly slots: ReadonlyMap<number, number>;
}

/** Rows of a track that lie in shards. Memory for the longest stretch of one. */
export interface ScatteredRows {
  /** Index of each point, ascending. */
  readonly rows: Uint32Array;
  /** Position of its shard. */
  readonly slots: Uint32Array;
  /** Its rank 0..4^depth − 1 among the shard's cells of the finest order, in nested order. */
  readonly ranks: Uint32Array;
}

/**
 * How many orders below the parent a point's rank in its shard is told: min(15, 29 − parent). Shifted right by two bits
 * an order it is the rank at any coarser order, exactly: a nested id cut short is the id of the cell around.
 *
 * @example
 * rankDepth(6); // 15: ranks of order 21, 3 m wide
 */
export function rankDepth(parentOrder: number): number {
  return Math.min(MAX_DEPTH, MAX_ORDER - parentOrder);
}

/** Refuses cells of which a shard has too many for ranks of 32 bits, or that are finer than HEALPix goes. */
export function checkChildOrder(parentOrder: number, childOrder: number): void {
  checkOrder(childOrder);
  if (childOrder >= parentOrder && childOrder - parentOrder <= rankDepth(parentOrder)) return;
  throw new HealpixError("order", `cells of order ${childOrder} in shards of order ${parentOrder}`);
}

/**
 * Prepares the scattering of points to shards. Points outside `box` are passed over: a narrower one than the shards'
 * takes only those in it.
 *
 * @param shards nested ids at the parent order, each once; a point of the k-th gets slot k
 */
export function shardScatter(
  grid: ShardGrid,
  shards: readonly number[],
  box = shardsBox(grid, shards),
): ShardScatter {
  const { parentOrder, latitude } = grid;
  checkOrder(parentOrder, MAX_NUMBER_ORDER);
  const slots = new Map(shards.map((shard, slot) => [shard, slot]));
  return { parentOrder, latitude, depth: rankDepth(parentOrder), ...box, slots };
}

/** The latitudes that shards (nested ids at the parent order) reach over; of one alone its longitudes, too. */
export function shardsBox({ parentOrder, latitude }: ShardGrid, shards: readonly number[]): CellBox {
  const boxes = shards.map((shard) => cellBox(parentOrder, shard, latitude));
  const [only] = boxes;
  if (only && boxes.length === 1) return only;
  return {
    south: boxes.reduce((least, box) => Math.min(least, box.south), Number.POSITIVE_INFINITY),
    north: boxes.reduce((most, box) => Math.max(most, box.north), Number.NEGATIVE_INFINITY),
    west: -180,
    width: 360,
  };
}

/**
 * Which of the points start..stop−1 lie in which shard, and where in it. The box throws out most points of a long track
 * for a few comparisons; the exact cell decides about the rest, so that the shards of one order share out
 * every valid point exactly once. NaN and out-of-range coordinates belong to none.
 *
 * @param lon degrees east, −360..360
 * @param lat geodetic latitudes, degrees
 * @param out room for stop − start more from entry `at` on
 * @returns where the kept ones end: they are entries at.. of `out`
 */
export function scatterRows(
  scatter: ShardScatter,
  lon: Float64Array,
  lat: Float64Array,
  start: number,
  stop: number,
  out: ScatteredRows,
  at = 0,
): number {
  const { south, north, west, width } = scatter;
  let kept = at;
  let waiting = 0;
  for (let i = start; i < stop; i++) {
    const phi = lat[i] as number;
    if (!(phi >= south && phi <= north)) continue;
    const lambda = lon[i] as number;
    if (width < 360) {
      let offset = lambda - west;
      if (offset < 0) offset += 360;
      if (offset < 0) offset += 360;
      if (offset >= 360) offset -= 360;
      if (!(offset <= width)) continue;
    }
    candidateLon[waiting] = lambda;
    candidateLat[waiting] = phi;
    candidateRow[waiting++] = i;
    if (waiting === BLOCK) {
      kept = keepExact(scatter, waiting, out, kept);
      waiting = 0;
    }
  }
  return keepExact(scatter, waiting, out, kept);
}

function keepExact(scatter: ShardScatter, count: number, out: ScatteredRows, kept: number): number {
  const { parentOrder, latitude, depth, slots } = scatter;
  const inShard = 2 ** depth - 1;
  locate(parentOrder + depth, candidateLon, candidateLat, latitude, 0, count, cells);
  let k = kept;
  let [lastFace, lastX, lastY] = [-1, -1, -1];
  let slot: number | undefined;
  for (let i = 0; i < count; i++) {
    const face = cells.face[i] as number;
    if (face < 0) continue;
    const x = cells.x[i] as number;
    const y = cells.y[i] as number;
    const shardX = x >> depth;
    const shardY = y >> depth;
    // A track stays in one shard for thousands of points.
    if (face !== lastFace || shardX !== lastX || shardY !== lastY) {
      slot = slots.get(nestedId(parentOrder, face, shardX, shardY));
      [lastFace, lastX, lastY] = [face, shardX, shardY];
    }
    if (slot === undefined) continue;
    out.rows[k] = candidateRow[i] as number;
    out.slots[k] = slot;
    out.ranks[k] = spread(x & inShard) | (spread(y & inShard) << 1);
    k++;
  }
  return k;
}

/** Entries put shard after shard. */
export interface SortedSlots {
  /** Entry at each place; those of one shard in the order in which they were. */
  readonly order: Uint32Array;
  /** Those of slot k lie at places starts[k]..starts[k + 1] − 1. */
  readonly starts: Uint32Array;
}

/** A stable counting sort of entries by their slot, 0..count − 1. */
export function sortBySlot(slots: Uint32Array, count: number): SortedSlots {
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < slots.length; i++) {
    const next = (slots[i] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let slot = 0; slot < count; slot++)
    starts[slot + 1] = (starts[slot + 1] as number) + (starts[slot] as number);
  const place = starts.slice(0, count);
  const order = new Uint32Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] as number;
    const at = place[slot] as number;
    order[at] = i;
    place[slot] = at + 1;
  }
  return { order, starts };
}
