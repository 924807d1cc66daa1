import { nestedId, nestedId64 } from "./cell.js";
import { faceCell } from "./centre.js";

/** Steps to the neighbours in column and row: SW, W, NW, N, NE, E, SE, S. */
const STEPS = [
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
  [1, 0],
  [1, -1],
  [0, -1],
  [-1, -1],
] as const;

/**
 * The eight cells around a cell in the order SW, W, NW, N, NE, E, SE, S; −1 where only three cells meet at that corner.
 * A number gives numbers, a bigint bigints.
 */
export function neighbours(order: number, cell: number): number[];
export function neighbours(order: number, cell: bigint): bigint[];
export function neighbours(order: number, cell: number | bigint): (number | bigint)[] {
  const { face, x, y } = faceCell(order, cell);
  const id = typeof cell === "bigint" ? nestedId64 : nestedId;
  return STEPS.map(([dx, dy]) => {
    const at = acrossFaces(face, x + dx, y + dy, 2 ** order);
    if (at) return id(order, at.face, at.x, at.y);
    return typeof cell === "bigint" ? -1n : -1;
  });
}

/**
 * The base cell, column and row of a place up to one column or row outside base cell `face`; undefined at the corners
 * where three base cells meet instead of four.
 *
 * Base cells 0..3 lie around the north pole, 4..7 on the equator, 8..11 around the south pole, each row of four going
 * east. Crossing an edge between two polar base cells of one pole turns the axes by a quarter.
 */
export function acrossFaces(
  face: number,
  x: number,
  y: number,
  nside: number,
): { readonly face: number; readonly x: number; readonly y: number } | undefined {
  const outX = x < 0 || x >= nside;
  const outY = y < 0 || y >= nside;
  if (!outX && !outY) return { face, x, y };
  const row = face >> 2;
  const west = (face + 3) & 3;
  const here = face & 3;
  const east = (face + 1) & 3;
  if (outX && outY) {
    // Three cells meet at a polar base cell's W and E corners and at an equatorial one's N and S corners.
    const acrossTop = x < 0 === y < 0;
    if (row === 1 ? acrossTop : !acrossTop) return undefined;
  }
  if (x >= nside) {
    if (row === 0) return acrossFaces(east, y, 2 * nside - 1 - x, nside);
    return acrossFaces(row === 1 ? here : 4 + east, x - nside, y, nside);
  }
  if (x < 0) {
    if (row === 2) return acrossFaces(8 + west, y, -1 - x, nside);
    return acrossFaces(row === 1 ? 8 + west : 4 + here, x + nside, y, nside);
  }
  if (y >= nside) {
    if (row === 0) return acrossFaces(west, 2 * nside - 1 - y, x, nside);
    return acrossFaces(row === 1 ? west : 4 + here, x, y - nside, nside);
  }
  if (row === 2) return acrossFaces(8 + east, -1 - y, x, nside);
  return acrossFaces(row === 1 ? 8 + here : 4 + east, x, y + nside, nside);
}
