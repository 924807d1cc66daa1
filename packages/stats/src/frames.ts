import type { Frame, Values } from "./expression/evaluate.js";
import type { Node } from "./expression/node.js";
import {
  type Column,
  countsByReason,
  type LeftOutReason,
  missingReasons,
  type Points,
  REASON_CODES,
} from "./points.js";

/** The points of a shard sorted by cell, without those for which some column has no value. */
export interface ShardFrame extends Frame {
  readonly leftOut: Partial<Record<LeftOutReason, number>>;
}

/** The cells of a shard that have points, and their points. */
export interface SortedPoints {
  /** Rank of each occupied cell within the shard, ascending. */
  readonly occupied: Uint32Array;
  /** Where each occupied cell's points begin in `order`; one entry more than cells. */
  readonly offsets: Uint32Array;
  /** Points by cell; those of one cell in their original order. */
  readonly order: Uint32Array;
}

/** Counting sort of points by cell: linear, and stable, so that canonical order survives within a cell. */
export function sortByCell(cell: Uint32Array, cells: number): SortedPoints {
  const next = new Uint32Array(cells);
  for (let i = 0; i < cell.length; i++) {
    const rank = cell[i] as number;
    if (rank >= cells) throw new RangeError(`point ${i} is in cell ${rank} of ${cells}`);
    next[rank] = (next[rank] as number) + 1;
  }
  const occupied = Uint32Array.from([...next.keys()].filter((rank) => next[rank] !== 0));
  const offsets = new Uint32Array(occupied.length + 1);
  for (const [i, rank] of occupied.entries()) {
    offsets[i + 1] = (offsets[i] as number) + (next[rank] as number);
    next[rank] = offsets[i] as number;
  }
  const order = new Uint32Array(cell.length);
  for (let i = 0; i < cell.length; i++) {
    const rank = cell[i] as number;
    const at = next[rank] as number;
    order[at] = i;
    next[rank] = at + 1;
  }
  return { occupied, offsets, order };
}

/**
 * Gives the frame for statistics that use certain columns: the points at which all of them have a value. Statistics
 * whose columns miss the same points share a frame, and with it columns and intermediate values.
 */
export function shardFrames(
  points: Points,
  sorted: SortedPoints,
  keeps: (node: Node) => boolean,
): (columns: readonly string[]) => ShardFrame {
  const reasons = new Map<string, Uint8Array | undefined>();
  const frames = new Map<string, ShardFrame>();
  const reasonsOf = (name: string): Uint8Array | undefined => {
    if (!reasons.has(name)) reasons.set(name, missingReasons(columnOf(points, name)));
    return reasons.get(name);
  };
  return (columns) => {
    const gappy = columns.filter((name) => reasonsOf(name) !== undefined).sort();
    const key = gappy.join();
    let frame = frames.get(key);
    if (frame === undefined) {
      frame = makeFrame(
        points,
        sorted,
        gappy.map((name) => reasonsOf(name) as Uint8Array),
        keeps,
      );
      frames.set(key, frame);
    }
    return frame;
  };
}

function makeFrame(
  points: Points,
  sorted: SortedPoints,
  reasons: readonly Uint8Array[],
  keeps: (node: Node) => boolean,
): ShardFrame {
  const { offsets, order, leftOut } =
    reasons.length === 0 ? { ...sorted, leftOut: {} } : leaveOut(sorted, reasons);
  const columns = new Map<string, Float64Array>();
  return {
    cells: sorted.occupied.length,
    offsets,
    cache: new Map<string, Values>(),
    keeps,
    leftOut,
    column(name) {
      let values = columns.get(name);
      if (values === undefined) {
        values = gathered(columnOf(points, name), order);
        columns.set(name, values);
      }
      return values;
    },
  };
}

/** Two loops: V8 makes one that has met more than four types of arrays some thirty times slower. */
function gathered({ values }: Column, order: Uint32Array): Float64Array {
  if (values instanceof Float32Array) return gatheredSingles(values, order);
  return gatheredDoubles(values instanceof Float64Array ? values : new Float64Array(values), order);
}

function gatheredSingles(values: Float32Array, order: Uint32Array): Float64Array {
  const out = new Float64Array(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i] as number] as number;
  return out;
}

function gatheredDoubles(values: Float64Array, order: Uint32Array): Float64Array {
  const out = new Float64Array(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i] as number] as number;
  return out;
}

/** The points at which no column is missing; a point that lacks several counts for the first of them. */
function leaveOut(
  { offsets, order }: SortedPoints,
  reasons: readonly Uint8Array[],
): Pick<SortedPoints, "offsets" | "order"> & Pick<ShardFrame, "leftOut"> {
  const counts = new Uint32Array(REASON_CODES);
  const kept = new Uint32Array(order.length);
  const starts = new Uint32Array(offsets.length);
  let written = 0;
  for (let cell = 0; cell + 1 < offsets.length; cell++) {
    for (let i = offsets[cell] as number; i < (offsets[cell + 1] as number); i++) {
      const point = order[i] as number;
      let reason = 0;
      for (let k = 0; reason === 0 && k < reasons.length; k++)
        reason = (reasons[k] as Uint8Array)[point] as number;
      if (reason === 0) kept[written++] = point;
      else counts[reason] = (counts[reason] as number) + 1;
    }
    starts[cell + 1] = written;
  }
  return { offsets: starts, order: kept.subarray(0, written), leftOut: countsByReason(counts) };
}

function columnOf(points: Points, name: string): Column {
  const column = points.columns.get(name);
  if (column === undefined) throw new RangeError(`points have no column ${name}`);
  if (column.values.length !== points.length) {
    throw new RangeError(`column ${name} has ${column.values.length} values for ${points.length} points`);
  }
  return column;
}
