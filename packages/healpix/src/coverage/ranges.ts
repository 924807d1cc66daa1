import { HealpixError } from "../error.js";
import { checkOrder, MAX_NUMBER_ORDER } from "../order.js";

/**
 * A set of cells of one order as ranges of nested ids: start and stop (first id after the range) by turns, ascending,
 * with gaps between. As ranges a coverage of many cells stays small, and sets merge in one pass.
 */
export interface Coverage {
  readonly order: number;
  readonly ranges: Float64Array;
}

/** Number of cells. */
export function coverageCount({ ranges }: Coverage): number {
  let count = 0;
  for (let k = 0; k < ranges.length; k += 2) count += (ranges[k + 1] as number) - (ranges[k] as number);
  return count;
}

/** Its cells' nested ids, ascending. */
export function coverageCells(coverage: Coverage): number[] {
  const cells: number[] = [];
  const { ranges } = coverage;
  for (let k = 0; k < ranges.length; k += 2) {
    for (let cell = ranges[k] as number; cell < (ranges[k + 1] as number); cell++) cells.push(cell);
  }
  return cells;
}

/** The coverage of a list of nested ids, in any order, repeated or not. */
export function coverageOf(order: number, cells: Iterable<number>): Coverage {
  checkOrder(order, MAX_NUMBER_ORDER);
  const sorted = Float64Array.from(cells).sort();
  const ranges = new RangeList();
  for (const cell of sorted) ranges.add(cell, cell + 1);
  return { order, ranges: ranges.toArray() };
}

/** The same set as few cells of several orders, [order, nested id], ascending along the sphere (a MOC). */
export function multiOrderCells({ order, ranges }: Coverage): [order: number, cell: number][] {
  const result: [number, number][] = [];
  for (let k = 0; k < ranges.length; k += 2) {
    const stop = ranges[k + 1] as number;
    for (let at = ranges[k] as number; at < stop; ) {
      let levels = 0;
      let size = 1;
      while (levels < order && at % (size * 4) === 0 && at + size * 4 <= stop) {
        levels++;
        size *= 4;
      }
      result.push([order - levels, at / size]);
      at += size;
    }
  }
  return result;
}

/** The coverage at a coarser order: every cell that holds one of its cells. */
export function coarserCoverage({ order, ranges }: Coverage, to: number): Coverage {
  checkOrder(to, order);
  const size = 4 ** (order - to);
  const coarse = new RangeList();
  for (let k = 0; k < ranges.length; k += 2) {
    coarse.add(Math.floor((ranges[k] as number) / size), Math.ceil((ranges[k + 1] as number) / size));
  }
  return { order: to, ranges: coarse.toArray() };
}

/** Cells of any of the coverages, which must be of one order. */
export function unionOf(coverages: readonly Coverage[]): Coverage {
  const order = coverages[0]?.order ?? 0;
  let length = 0;
  for (const coverage of coverages) {
    if (coverage.order !== order) {
      throw new HealpixError("order", `coverages of orders ${order} and ${coverage.order} have no union`);
    }
    length += coverage.ranges.length / 2;
  }
  // Starts and stops sorted apart: the k-th range of a union with overlaps need not be any one coverage's.
  const starts = new Float64Array(length);
  const stops = new Float64Array(length);
  let at = 0;
  for (const { ranges } of coverages) {
    for (let k = 0; k < ranges.length; k += 2, at++) {
      starts[at] = ranges[k] as number;
      stops[at] = ranges[k + 1] as number;
    }
  }
  starts.sort();
  stops.sort();
  const merged = new RangeList();
  starts.forEach((start, k) => {
    merged.add(start, stops[k] as number);
  });
  return { order, ranges: merged.toArray() };
}

/**
 * Which coverages reach each cell of a list, such as which granules each shard needs.
 *
 * @param cells nested ids of the coverages' order, ascending
 * @returns for each cell the indices of the coverages that hold it, ascending
 */
export function coveragesPerCell(coverages: readonly Coverage[], cells: readonly number[]): number[][] {
  const result: number[][] = cells.map(() => []);
  coverages.forEach(({ ranges }, index) => {
    let at = 0;
    for (let k = 0; k < ranges.length; k += 2) {
      at = firstNotBelow(cells, ranges[k] as number, at);
      const stop = ranges[k + 1] as number;
      for (; at < cells.length && (cells[at] as number) < stop; at++) result[at]?.push(index);
    }
  });
  return result;
}

/** Index of the first value ≥ limit in an ascending list, from index `low` on. */
function firstNotBelow(values: readonly number[], limit: number, low: number): number {
  let high = values.length;
  let from = low;
  while (from < high) {
    const middle = (from + high) >>> 1;
    if ((values[middle] as number) < limit) from = middle + 1;
    else high = middle;
  }
  return from;
}

/** Ranges in the making: added with ascending starts, joined where they meet. */
export class RangeList {
  private readonly bounds: number[] = [];

  add(start: number, stop: number): void {
    const last = this.bounds.length - 1;
    if (last > 0 && start <= (this.bounds[last] as number)) {
      this.bounds[last] = Math.max(this.bounds[last] as number, stop);
    } else {
      this.bounds.push(start, stop);
    }
  }

  toArray(): Float64Array {
    return Float64Array.from(this.bounds);
  }
}
