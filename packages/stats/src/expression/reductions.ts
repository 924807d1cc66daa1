/**
 * One value from the rows `from … to - 1` of each array; NaN where no rows give no value. Sums run in the rows'
 * order, so that the same points give the same bits.
 */
export type ReduceKernel = (
  arrays: readonly Float64Array[],
  from: number,
  to: number,
  options: readonly number[],
) => number;

export const count: ReduceKernel = (_arrays, from, to) => to - from;

export const sum: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  let total = 0;
  for (let i = from; i < to; i++) total += x[i] as number;
  return total;
};

export const prod: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  let product = 1;
  for (let i = from; i < to; i++) product *= x[i] as number;
  return product;
};

/** As numpy's, NaN where any value is NaN. */
export const min: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  if (from === to) return Number.NaN;
  let smallest = x[from] as number;
  for (let i = from + 1; i < to; i++) smallest = Math.min(smallest, x[i] as number);
  return smallest;
};

export const max: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  if (from === to) return Number.NaN;
  let largest = x[from] as number;
  for (let i = from + 1; i < to; i++) largest = Math.max(largest, x[i] as number);
  return largest;
};

/** Index of the first smallest value, counted from the start of the range; of the first NaN where there is one. */
export const argmin: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  let best = from;
  for (let i = from; i < to; i++) {
    const value = x[i] as number;
    if (Number.isNaN(value)) return i - from;
    if (value < (x[best] as number)) best = i;
  }
  return from === to ? Number.NaN : best - from;
};

export const argmax: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  let best = from;
  for (let i = from; i < to; i++) {
    const value = x[i] as number;
    if (Number.isNaN(value)) return i - from;
    if (value > (x[best] as number)) best = i;
  }
  return from === to ? Number.NaN : best - from;
};

export const mean: ReduceKernel = (arrays, from, to, options) => sum(arrays, from, to, options) / (to - from);

/** Whether a row may take part in a weighted mean. */
export function isUsableWeight(weight: number): boolean {
  return weight >= 0 && weight < Infinity;
}

/** Weighted mean over the rows whose weight is finite and not negative; NaN where the weights add up to 0. */
export const weightedMean: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  const weights = arrays[1] as Float64Array;
  let total = 0;
  let scale = 0;
  for (let i = from; i < to; i++) {
    const weight = weights[i] as number;
    if (!isUsableWeight(weight)) continue;
    total += weight * (x[i] as number);
    scale += weight;
  }
  return total / scale;
};

/** Mean squared deviation from the mean, in two passes; the divisor is n - ddof. */
export const variance: ReduceKernel = (arrays, from, to, options) => {
  const x = arrays[0] as Float64Array;
  const centre = mean(arrays, from, to, options);
  let total = 0;
  for (let i = from; i < to; i++) {
    const deviation = (x[i] as number) - centre;
    total += deviation * deviation;
  }
  const divisor = to - from - (options[0] as number);
  return divisor > 0 ? total / divisor : Number.NaN;
};

/**
 * Quantile `q` (0 … 1) of sorted values, interpolated between the neighbours of position q (n - 1): numpy's method
 * "linear", and its order of operations.
 */
export const quantileOfSorted: ReduceKernel = (arrays, from, to, options) => {
  const x = arrays[0] as Float64Array;
  const q = options[0] as number;
  if (from === to || !(q >= 0 && q <= 1) || Number.isNaN(x[to - 1])) return Number.NaN;
  const position = q * (to - from - 1);
  const below = Math.floor(position);
  const fraction = position - below;
  const low = x[from + below] as number;
  const high = x[Math.min(from + below + 1, to - 1)] as number;
  const step = high - low;
  return fraction >= 0.5 ? high - step * (1 - fraction) : low + step * fraction;
};

/** Most frequent of sorted values; the smallest of them where several are. */
export const modeOfSorted: ReduceKernel = (arrays, from, to) => {
  const x = arrays[0] as Float64Array;
  let mode = Number.NaN;
  let most = 0;
  for (let start = from; start < to; ) {
    let end = start + 1;
    while (end < to && x[end] === x[start]) end++;
    if (end - start > most) {
      most = end - start;
      mode = x[start] as number;
    }
    start = end;
  }
  return mode;
};

/** Number of distinct tuples (a[i], b[i], …). */
export const distinct: ReduceKernel = (arrays, from, to) => {
  const rows = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const compare = (i: number, j: number): number => {
    for (const array of arrays) {
      const difference = (array[i] as number) - (array[j] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  rows.sort(compare);
  let found = Math.min(1, rows.length);
  for (let k = 1; k < rows.length; k++) if (compare(rows[k - 1] as number, rows[k] as number) !== 0) found++;
  return found;
};

/** Third (skewness) and fourth (kurtosis) standardised central moments of the population; NaN without spread. */
export function standardMoment(order: 3 | 4): ReduceKernel {
  return (arrays, from, to, options) => {
    const x = arrays[0] as Float64Array;
    const centre = mean(arrays, from, to, options);
    let second = 0;
    let moment = 0;
    for (let i = from; i < to; i++) {
      const deviation = (x[i] as number) - centre;
      const squared = deviation * deviation;
      second += squared;
      moment += order === 3 ? squared * deviation : squared * squared;
    }
    const n = to - from;
    return second === 0 ? Number.NaN : moment / n / (second / n) ** (order / 2);
  };
}
