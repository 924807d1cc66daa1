import { type ChunkValues, type DataType, filled } from "@zagg/zarr";
import { fits, put } from "./cast.js";
import { type Statistic, type Statistics, sentence } from "./compile.js";
import { ExpressionError, StatisticError } from "./error.js";
import { evaluate } from "./expression/evaluate.js";
import type { Node } from "./expression/node.js";
import { isUsableWeight } from "./expression/reductions.js";
import { type ShardFrame, shardFrames, sortByCell } from "./frames.js";
import type { LeftOutReason, Points } from "./points.js";

export interface Aggregated {
  /** Variable → one value per cell, in its dtype; the fill value where there is none. */
  readonly arrays: ReadonlyMap<string, ChunkValues>;
  /** Variable → reason → number of points left out; only those above 0. */
  readonly leftOut: Readonly<Record<string, Partial<Record<LeftOutReason, number>>>>;
  /** Number of cells with at least one point. */
  readonly occupied: number;
}

/**
 * Computes all statistics of a shard. `cell` holds each point's rank among the shard's `cells`. All arithmetic is
 * float64 and runs in the points' order: the same points give the same bits.
 *
 * A point at which a statistic's column has no value (NaN, infinite or fill) is left out of that statistic alone. A
 * cell without points for a statistic, or whose result is NaN, gets the fill value. Throws {@link StatisticError} where a
 * result does not fit its dtype.
 */
export function aggregate(
  points: Points,
  cell: Uint32Array,
  cells: number,
  statistics: Statistics,
): Aggregated {
  if (cell.length !== points.length) throw new RangeError(`${cell.length} cells for ${points.length} points`);
  const sorted = sortByCell(cell, cells);
  const frameOf = shardFrames(points, sorted, (node) => statistics.shared.has(node.key));
  const arrays = new Map<string, ChunkValues>();
  const leftOut: Record<string, Partial<Record<LeftOutReason, number>>> = {};
  for (const statistic of statistics.variables) {
    const frame = frameOf(statistic.columns);
    arrays.set(statistic.name, computeStatistic(statistic, frame, sorted.occupied, cells));
    const weight = unusableWeights(statistic.weights, frame);
    const reasons = weight > 0 ? { ...frame.leftOut, weight } : frame.leftOut;
    if (Object.keys(reasons).length > 0) leftOut[statistic.name] = reasons;
  }
  return { arrays, leftOut, occupied: sorted.occupied.length };
}

function computeStatistic(
  { name, node, dtype, fillValue }: Statistic,
  frame: ShardFrame,
  occupied: Uint32Array,
  cells: number,
): ChunkValues {
  const array = filled(dtype, cells, fillValue);
  const { data } = attempt(name, () => evaluate(node, frame));
  for (let i = 0; i < occupied.length; i++) {
    const value = data[i] as number;
    const empty = frame.offsets[i] === frame.offsets[i + 1];
    if (empty || Number.isNaN(value)) continue;
    if (!fits(value, dtype)) {
      const message = `a cell's value ${value} does not fit ${dtype}; ${remedy(value, dtype)}.`;
      throw new StatisticError([{ code: "overflow", path: [name, "dtype"], message }]);
    }
    put(array, occupied[i] as number, value);
  }
  return array;
}

/** Which dtype would hold a value that this one does not. */
function remedy(value: number, dtype: DataType): string {
  if (dtype === "float32") return "it holds numbers to 3.4e38: choose float64";
  if (Number.isSafeInteger(Math.trunc(value))) return "choose a dtype that holds it";
  return "statistics are float64, in which whole numbers are exact to 2^53 only: choose float64";
}

/** Number of points that weighted means leave out for their weight. */
function unusableWeights(weights: readonly Node[], frame: ShardFrame): number {
  let unusable = 0;
  for (const weight of weights) {
    const { data } = evaluate(weight, frame);
    for (let i = 0; i < data.length; i++) if (!isUsableWeight(data[i] as number)) unusable++;
  }
  return unusable;
}

/** Errors that only data bring out (columns of different lengths) name the variable. */
function attempt<T>(name: string, compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (!(cause instanceof ExpressionError)) throw cause;
    const path = [name, "expression"];
    throw new StatisticError(
      [{ code: cause.code, path, message: sentence(cause.message), offset: cause.offset }],
      { cause },
    );
  }
}
