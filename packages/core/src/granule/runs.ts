import { MisfitError } from "./granule-error.js";
import type { Runs } from "./track-column.js";

/** Positions of first points, and numbers of points, of each value in turn; NaN where a value has no points. */
export interface RunTable {
  readonly path: string;
  readonly begins: Float64Array;
  readonly counts?: Float64Array | undefined;
  /** The position of the first point. */
  readonly base: number;
  /** Points of the group. */
  readonly points: number;
}

/**
 * The runs of points that a table of first points describes. A value without points (its begin is missing or below `base`, its
 * count 0, or the next begins where it does) has none. Throws {@link MisfitError} where runs do not follow each other, or
 * go on beyond the last point: then the table is another's.
 */
export function runsOf({ path, begins, counts, base, points }: RunTable): Runs {
  const starts = new Float64Array(begins.length);
  const stops = new Float64Array(begins.length);
  const values = new Uint32Array(begins.length);
  let runs = 0;
  let end = 0;
  for (let i = 0; i < begins.length; i++) {
    const start = (begins[i] as number) - base;
    const count = counts?.[i];
    if (!(start >= 0) || (count !== undefined && !(count > 0))) continue;
    const stop = count === undefined ? points : start + count;
    if (start < end) throw misfit(path, i, start + base, `is before the end of the ones before it`);
    if (stop > points || start >= points)
      throw misfit(path, i, start + base, `leads beyond the last of ${points} points`);
    if (count === undefined && runs > 0) {
      stops[runs - 1] = start;
      if (starts[runs - 1] === start) runs--; // the one before has no points
    }
    starts[runs] = start;
    stops[runs] = stop;
    values[runs++] = i;
    end = count === undefined ? start : stop;
  }
  return {
    starts: starts.subarray(0, runs),
    stops: stops.subarray(0, runs),
    values: values.subarray(0, runs),
  };
}

function misfit(path: string, i: number, begin: number, what: string): MisfitError {
  return new MisfitError(
    `${path}[${i}] is ${begin}, which ${what}: its positions are not those of the points (does base fit? was the file cut \
without counting anew?)`,
  );
}

/** For each of some points, ascending, the value of the run that it lies in; −1 where it is in none. */
export function valuesInRuns({ starts, stops, values }: Runs, points: Uint32Array): Int32Array {
  const found = new Int32Array(points.length).fill(-1);
  let run = 0;
  for (let i = 0; i < points.length; i++) {
    const point = points[i] as number;
    while (run < starts.length && (stops[run] as number) <= point) run++;
    if (run < starts.length && (starts[run] as number) <= point) found[i] = values[run] as number;
  }
  return found;
}
