import { cellBoundary } from "./boundary.js";
import type { LonLat } from "./centre.js";
import type { Latitude } from "./latitude.js";

/** Widening of a box, degrees: far more than rounding, far less than anything measured. */
const MARGIN = 1e-9;

/** Degrees. `west` in −180..180; longitudes west .. west + width. */
export interface CellBox {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly width: number;
}

/**
 * A box in longitude and geodetic latitude that holds a cell, and little more.
 *
 * @param cell nested id at `order`
 * @example
 * const { south, north } = cellBox(6, 41225, "geodetic");
 * console.log(south, north); // around -75.5
 */
export function cellBox(order: number, cell: number, latitude: Latitude): CellBox {
  // A cell's extremes are its corners: latitude rises with x + y, and longitude with x and against y, in belt and caps.
  const [north, west, south, east] = cellBoundary(order, cell, { latitude }) as [
    LonLat,
    LonLat,
    LonLat,
    LonLat,
  ];
  return {
    south: south[1] - MARGIN,
    north: north[1] + MARGIN,
    west: west[0] - MARGIN,
    width: ((east[0] - west[0] + 360) % 360) + 2 * MARGIN,
  };
}
