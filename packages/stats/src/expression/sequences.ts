/**
 * Writes what becomes of the rows `from … to - 1` of `x` to `out` from `at` on, at most as many values as there are
 * rows, and returns how many. `out` may not be `x`.
 */
export type SequenceKernel = (
  x: Float64Array,
  from: number,
  to: number,
  out: Float64Array,
  at: number,
) => number;

/** Rows of a cell up to which moving each to its place costs less than calling the sort of typed arrays. */
const FEW_ROWS = 64;

/** Ascending; NaN last, as numpy has it. */
export const sort: SequenceKernel = (x, from, to, out, at) => {
  if (to - from <= FEW_ROWS && insertionSort(x, from, to, out, at)) return to - from;
  out.set(x.subarray(from, to), at);
  out.subarray(at, at + to - from).sort();
  return to - from;
};

/** False where it meets NaN or a zero, whose sign orders it: comparisons do not tell then. */
function insertionSort(x: Float64Array, from: number, to: number, out: Float64Array, at: number): boolean {
  for (let i = from, end = at; i < to; i++, end++) {
    const value = x[i] as number;
    if (!(value < 0 || value > 0)) return false;
    let place = end;
    while (place > at && (out[place - 1] as number) > value) {
      out[place] = out[place - 1] as number;
      place--;
    }
    out[place] = value;
  }
  return true;
}

/** Indices, counted from the start of the cell's rows, that would sort; equal values keep their order. */
export const argsort: SequenceKernel = (x, from, to, out, at) => {
  const rows = Array.from({ length: to - from }, (_, i) => i);
  const rank = (i: number): number => x[from + i] as number;
  rows.sort(
    (i, j) => Number(Number.isNaN(rank(i))) - Number(Number.isNaN(rank(j))) || rank(i) - rank(j) || 0,
  );
  out.set(rows, at);
  return rows.length;
};

export const unique: SequenceKernel = (x, from, to, out, at) => {
  const sorted = x.slice(from, to).sort();
  let written = 0;
  for (let i = 0; i < sorted.length; i++) {
    // NaN equals NaN here, as in numpy; nothing lies before the first.
    if (Object.is(sorted[i], sorted[i - 1]) || sorted[i] === sorted[i - 1]) continue;
    out[at + written++] = sorted[i] as number;
  }
  return written;
};

/** Differences between neighbours: one value fewer than there are rows. */
export const diff: SequenceKernel = (x, from, to, out, at) => {
  for (let i = from + 1; i < to; i++) out[at + i - from - 1] = (x[i] as number) - (x[i - 1] as number);
  return Math.max(0, to - from - 1);
};

export const cumsum: SequenceKernel = (x, from, to, out, at) => {
  let total = 0;
  for (let i = from; i < to; i++) {
    total += x[i] as number;
    out[at + i - from] = total;
  }
  return to - from;
};
