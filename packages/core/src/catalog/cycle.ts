import { CatalogError } from "./catalog-error.js";

const FIRST_CYCLE = Date.UTC(2018, 9, 13);
const DAYS_PER_CYCLE = 91;
const DAY_MS = 86_400_000;

/** Days of a search, both included, as `YYYY-MM-DD`. */
export interface DateRange {
  readonly startDate: string;
  readonly endDate: string;
}

/**
 * The days of ICESat-2 repeat cycle `cycle` (1, 2, …): 91 days from 2018-10-13 on. The last day is also the next
 * cycle's first, as in 0.1.0, since the nominal dates are not exact: {@link cycleOf} tells such granules apart.
 *
 * @example cycleToDates(22); // => { startDate: "2024-01-06", endDate: "2024-04-06" }
 */
export function cycleToDates(cycle: number): DateRange {
  if (!Number.isInteger(cycle) || cycle < 1 || cycle > 99) {
    throw new CatalogError("option", `cycle ${cycle}: ICESat-2 cycles are numbered 1, 2, … 99`, {
      key: "cycle",
    });
  }
  const start = FIRST_CYCLE + (cycle - 1) * DAYS_PER_CYCLE * DAY_MS;
  return { startDate: day(start), endDate: day(start + DAYS_PER_CYCLE * DAY_MS) };
}

/** Repeat cycle in the name of an ICESat-2 along-track granule (`…_ttttccss_…`), or undefined for other names. */
export function cycleOf(granule: string): number | undefined {
  const match = /_\d{14}_\d{4}(\d\d)\d\d_/.exec(granule);
  return match === null ? undefined : Number(match[1]);
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
