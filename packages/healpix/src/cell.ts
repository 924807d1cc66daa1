import { HealpixError } from "./error.js";
import { spread } from "./interleave.js";
import type { Latitude } from "./latitude.js";
import { faceCells, locate, NOWHERE } from "./locate.js";
import { checkOrder, MAX_NUMBER_ORDER, POWERS_OF_4 } from "./order.js";

/** Points per pass of the two-step kernels: the block's columns and rows stay in the first-level cache. */
const BLOCK = 1024;

const block = faceCells(BLOCK);
const oneLon = new Float64Array(1);
const oneLat = new Float64Array(1);
const one = faceCells(1);

/**
 * Nested id of the cell at a point, order 0..24; −1 for coordinates that are NaN or out of range.
 *
 * @param lon degrees east, −360..360
 * @param lat geodetic latitude, degrees
 * @example cellOf(6, -100.25, -75.5, "geodetic"); // => 41225
 */
export function cellOf(order: number, lon: number, lat: number, latitude: Latitude): number {
  checkOrder(order, MAX_NUMBER_ORDER);
  oneLon[0] = lon;
  oneLat[0] = lat;
  locate(order, oneLon, oneLat, latitude, 0, 1, one);
  const face = one.face[0] as number;
  if (face === NOWHERE) return -1;
  return nestedId(order, face, one.x[0] as number, one.y[0] as number);
}

/** `cellOf` for every order up to 29, as a bigint. */
export function cellOf64(order: number, lon: number, lat: number, latitude: Latitude): bigint {
  checkOrder(order);
  oneLon[0] = lon;
  oneLat[0] = lat;
  locate(order, oneLon, oneLat, latitude, 0, 1, one);
  const face = one.face[0] as number;
  if (face === NOWHERE) return -1n;
  return nestedId64(order, face, one.x[0] as number, one.y[0] as number);
}

/**
 * Nested ids of the cells at many points, order 0..24; −1 for coordinates that are NaN or out of range.
 *
 * @param lon degrees east, −360..360
 * @param lat geodetic latitudes, degrees, as many as `lon`
 * @param out at least as long; returned
 */
export function cellsOf(
  order: number,
  lon: Float64Array,
  lat: Float64Array,
  latitude: Latitude,
  out: Float64Array = new Float64Array(lon.length),
): Float64Array {
  checkOrder(order, MAX_NUMBER_ORDER);
  checkLengths(lon.length, lat.length, out.length);
  const { face, x, y } = block;
  const perFace = 4 ** order;
  for (let start = 0; start < lon.length; start += BLOCK) {
    const stop = Math.min(start + BLOCK, lon.length);
    locate(order, lon, lat, latitude, start, stop, block);
    for (let i = start, k = 0; i < stop; i++, k++) {
      const f = face[k] as number;
      const cx = x[k] as number;
      const cy = y[k] as number;
      // nestedId, written out: a tenth faster.
      const low = (spread(cx) | (spread(cy) << 1)) >>> 0;
      const high = spread(cx >>> 16) | (spread(cy >>> 16) << 1);
      out[i] = f < 0 ? -1 : f * perFace + high * 0x1_0000_0000 + low;
    }
  }
  return out;
}

/** `cellsOf` for every order up to 29, into 64-bit integers (without making bigints). */
export function cellsOf64(
  order: number,
  lon: Float64Array,
  lat: Float64Array,
  latitude: Latitude,
  out: BigInt64Array = new BigInt64Array(lon.length),
): BigInt64Array {
  checkOrder(order);
  checkLengths(lon.length, lat.length, out.length);
  const { face, x, y } = block;
  const halves = new Int32Array(out.buffer, out.byteOffset, 2 * out.length); // low, high: little-endian
  for (let start = 0; start < lon.length; start += BLOCK) {
    const stop = Math.min(start + BLOCK, lon.length);
    locate(order, lon, lat, latitude, start, stop, block);
    for (let i = start, k = 0; i < stop; i++, k++) {
      const f = face[k] as number;
      const cx = x[k] as number;
      const cy = y[k] as number;
      const low = spread(cx) | (spread(cy) << 1);
      const high = spread(cx >>> 16) | (spread(cy >>> 16) << 1);
      halves[2 * i] = f < 0 ? -1 : order < 16 ? low | (f << (2 * order)) : low;
      halves[2 * i + 1] = f < 0 ? -1 : high | faceHigh(f, order);
    }
  }
  return out;
}

/** Bits 32 and up of face · 4^order. */
function faceHigh(face: number, order: number): number {
  if (order >= 16) return face << (2 * order - 32);
  return order > 13 ? face >> (32 - 2 * order) : 0;
}

/** Nested id of column x, row y of a base cell; exact for orders up to 24. */
export function nestedId(order: number, face: number, x: number, y: number): number {
  const low = (spread(x) | (spread(y) << 1)) >>> 0;
  const high = spread(x >>> 16) | (spread(y >>> 16) << 1);
  return face * (POWERS_OF_4[order] as number) + high * 0x1_0000_0000 + low;
}

/** `nestedId` for every order. */
export function nestedId64(order: number, face: number, x: number, y: number): bigint {
  const low = BigInt((spread(x) | (spread(y) << 1)) >>> 0);
  const high = BigInt(spread(x >>> 16) | (spread(y >>> 16) << 1));
  return (BigInt(face) << BigInt(2 * order)) | (high << 32n) | low;
}

function checkLengths(lon: number, lat: number, out: number): void {
  if (lat === lon && out >= lon) return;
  throw new HealpixError("length", `${lon} longitudes, ${lat} latitudes, room for ${out} cells`);
}
