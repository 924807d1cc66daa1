import { PALETTE_SIZE } from "./palette.js";

/** How values become palette entries: `min` is the first colour, `max` the last, what lies beyond is clamped. */
export interface ColourScale {
  readonly min: number;
  readonly max: number;
  /** Logarithmic; then values ≤ 0 have no colour. */
  readonly log: boolean;
}

/** Palette entry 0..255 of a value, -1 for a value without a colour. */
export function colourIndex({ min, max, log }: ColourScale): (value: number) => number {
  const from = log ? Math.log(min) : min;
  const span = (log ? Math.log(max) : max) - from || 1;
  const last = PALETTE_SIZE - 1;
  return (value) => {
    const at = ((log ? Math.log(value) : value) - from) / span;
    if (Number.isNaN(at) || (log && value <= 0)) return -1;
    return at <= 0 ? 0 : at >= 1 ? last : Math.floor(at * PALETTE_SIZE);
  };
}

/** Share of the values, at either end, that limits leave outside: a few wild cells do not eat the colours. */
export const LIMIT_PERCENTILES = [2, 98] as const;

/** Percentiles come from at most about this many values, evenly taken. */
const SAMPLE = 200_000;

/** Limits of `values` by percentile (NaN, and for `log` also values ≤ 0, left out); [0, 1] where nothing is left. */
export function limitsOf(
  values: ArrayLike<number>,
  log = false,
  percentiles: readonly [number, number] = LIMIT_PERCENTILES,
): ColourScale {
  const stride = Math.max(1, Math.floor(values.length / (8 * SAMPLE)));
  const kept: number[] = [];
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i] as number;
    if (Number.isFinite(value) && (!log || value > 0)) kept.push(value);
  }
  const sorted = Float64Array.from(kept).sort();
  if (sorted.length === 0) return { min: log ? 0.1 : 0, max: 1, log };
  const at = (percent: number) => sorted[Math.round((percent / 100) * (sorted.length - 1))] as number;
  const [min, max] = [at(percentiles[0]), at(percentiles[1])];
  if (max > min) return { min, max, log };
  return log ? { min: min / 2, max: min * 2, log } : { min: min - 0.5, max: max + 0.5, log };
}
