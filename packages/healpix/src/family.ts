import { HealpixError } from "./error.js";
import { checkCell, checkOrder, MAX_NUMBER_ORDER } from "./order.js";

/** The cell at the coarser order `to` that holds the cell. A number stays a number, a bigint a bigint. */
export function parentOf(order: number, cell: number, to: number): number;
export function parentOf(order: number, cell: bigint, to: number): bigint;
export function parentOf(order: number, cell: number | bigint, to: number): number | bigint {
  checkCell(order, cell);
  checkOrder(to, order);
  return typeof cell === "bigint" ? cell >> BigInt(2 * (order - to)) : Math.floor(cell / 4 ** (order - to));
}

/** First id and number of the cells at the finer order `to` inside the cell: ids first .. first + count − 1. */
export function childrenOf(order: number, cell: number, to: number): { first: number; count: number };
export function childrenOf(order: number, cell: bigint, to: number): { first: bigint; count: bigint };
export function childrenOf(
  order: number,
  cell: number | bigint,
  to: number,
): { first: number | bigint; count: number | bigint } {
  checkCell(order, cell);
  checkOrder(to, typeof cell === "bigint" ? undefined : MAX_NUMBER_ORDER);
  if (to < order) throw new HealpixError("order", `children at order ${to} of a cell at order ${order}`);
  if (typeof cell === "bigint") {
    const shift = BigInt(2 * (to - order));
    return { first: cell << shift, count: 1n << shift };
  }
  const count = 4 ** (to - order);
  return { first: cell * count, count };
}
