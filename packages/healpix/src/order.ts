import { HealpixError } from "./error.js";

/** Finest order: 12 · 4^29 cells of about 0.4 milliarcseconds, ids below 2^62. */
export const MAX_ORDER = 29;

/** Finest order whose nested ids a double holds exactly: 12 · 4^24 < 2^53 < 12 · 4^25. */
export const MAX_NUMBER_ORDER = 24;

/** 4^levels: cells of an order in a cell `levels` orders coarser. A table, because `**` is a slow call in hot loops. */
export const POWERS_OF_4: Float64Array = Float64Array.from(
  { length: MAX_ORDER + 1 },
  (_, levels) => 4 ** levels,
);

/** Number of cells at an order (exact as a double at every order: 3 · 2^(2·order + 2)). */
export function cellCount(order: number): number {
  return 12 * (POWERS_OF_4[order] as number);
}

/** Refuses an order that is not an integer in 0..`most`. */
export function checkOrder(order: number, most: number = MAX_ORDER): void {
  if (Number.isInteger(order) && order >= 0 && order <= most) return;
  const hint =
    most === MAX_NUMBER_ORDER && order > most && order <= MAX_ORDER
      ? "; ids of finer orders do not fit a number: use the bigint form of this function"
      : "";
  throw new HealpixError("order", `order ${order} is not an integer from 0 to ${most}${hint}`);
}

/** Refuses a nested id that no cell of the order has; a number is refused where it could not be exact. */
export function checkCell(order: number, cell: number | bigint): void {
  if (typeof cell === "number") checkOrder(order, MAX_NUMBER_ORDER);
  else checkOrder(order);
  const whole = typeof cell === "bigint" || Number.isInteger(cell);
  if (whole && cell >= 0 && cell < cellCount(order)) return;
  throw new HealpixError("cell", `${cell} is no nested id at order ${order} (0 to 12·4^${order} − 1)`);
}
