import { HealpixError } from "./error.js";
import { checkCell, checkOrder, MAX_ORDER } from "./order.js";

/**
 * Decimal morton ids, as zagg 0.1.0 and mortie < 1 write them: the base cell, then the `order` base-4 digits of the
 * nested id, each plus one. Base cells 0..5 count 1..6 with a plus, 6..11 count 1..6 with a minus; the sign follows
 * the base cell, not the hemisphere.
 */

const DIGIT_ONE = "1".charCodeAt(0);

/** Finest order whose morton ids fit a signed 64-bit integer (19 digits). */
export const MAX_MORTON_INT64_ORDER = 18;

/** Morton id of a nested id. */
export function mortonOf(order: number, cell: number | bigint): bigint {
  checkCell(order, cell);
  const nested = BigInt(cell);
  const face = Number(nested >> BigInt(2 * order));
  // toString(4) of the id with a leading 1 in place of the base cell keeps the zeros in front.
  const bits = BigInt(2 * order);
  const digits = ((nested & ((1n << bits) - 1n)) | (1n << bits)).toString(4).slice(1);
  const size = BigInt((face % 6) + 1) * 10n ** BigInt(order) + BigInt(`0${digits}`) + ones(order);
  return face < 6 ? size : -size;
}

/** Order and nested id of a morton id, given as a bigint or as its decimal digits (`"-5111131"`). */
export function cellOfMorton(morton: bigint | string): { readonly order: number; readonly cell: bigint } {
  const text = String(morton);
  const parts = /^(-?)([1-6])([1-4]*)$/.exec(text);
  const digits = parts?.[3] ?? "";
  if (!parts || digits.length > MAX_ORDER) {
    throw new HealpixError(
      "morton",
      `"${text}" is no morton id: digit 1-6, then up to ${MAX_ORDER} digits 1-4`,
    );
  }
  // In two halves that fit a number: the base cell with up to 14 digits, and the last 15.
  const cut = Math.max(0, digits.length - 15);
  let head = Number(parts[2]) - 1 + (parts[1] === "-" ? 6 : 0);
  for (let k = 0; k < cut; k++) head = head * 4 + digits.charCodeAt(k) - DIGIT_ONE;
  let tail = 0;
  for (let k = cut; k < digits.length; k++) tail = tail * 4 + digits.charCodeAt(k) - DIGIT_ONE;
  const cell = (BigInt(head) << BigInt(2 * (digits.length - cut))) | BigInt(tail);
  return { order: digits.length, cell };
}

/**
 * Morton ids of the nested ids `first` .. `first + out.length − 1`, order 0..18, as the children of one shard need them.
 * The digits of a run of 4^k cells differ only in their last k places, so ten low bits come from a table.
 */
export function mortonRange(order: number, first: number, out: BigInt64Array): BigInt64Array {
  checkOrder(order, MAX_MORTON_INT64_ORDER);
  if (out.length === 0) return out;
  checkCell(order, first);
  checkCell(order, first + out.length - 1);
  const depth = Math.min(order, TABLE_DEPTH);
  const run = 4 ** depth;
  let stem = 0n;
  let stemCell = -1;
  for (let i = 0; i < out.length; i++) {
    const cell = first + i;
    const above = Math.floor(cell / run);
    if (above !== stemCell) {
      stemCell = above;
      stem = mortonOf(order - depth, above) * 10n ** BigInt(depth);
    }
    const tail = suffix(depth)[cell - above * run] as bigint;
    out[i] = stem < 0n ? stem - tail : stem + tail;
  }
  return out;
}

const TABLE_DEPTH = 5;
const suffixes: bigint[][] = [];

/** The 4^depth ways to end a morton id, ascending. */
function suffix(depth: number): readonly bigint[] {
  suffixes[depth] ??= Array.from({ length: 4 ** depth }, (_, n) => {
    const digits = n.toString(4).padStart(depth, "0");
    return BigInt(depth === 0 ? 0 : digits) + ones(depth);
  });
  return suffixes[depth];
}

/** 11…1 with `count` digits: one added to each. */
function ones(count: number): bigint {
  return (10n ** BigInt(count) - 1n) / 9n;
}
