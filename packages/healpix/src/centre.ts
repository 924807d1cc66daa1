import { HealpixError } from "./error.js";
import { gather } from "./interleave.js";
import { LATITUDES, type Latitude } from "./latitude.js";
import { cellCount, checkCell, checkOrder, MAX_NUMBER_ORDER, POWERS_OF_4 } from "./order.js";
import { evaluate } from "./series.js";

const DEGREE = Math.PI / 180;

/** Distance of each base cell's northern corner from the north pole, in sides of base cells along a meridian. */
const FACE_ROW = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4] as const;
/** Longitude of each base cell's centre, in units of 45°. */
const FACE_LONGITUDE = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7] as const;

/** A point in degrees: longitude in (−180, 180], geodetic latitude. */
export type LonLat = readonly [lon: number, lat: number];

/** Base cell, column and row of a nested id. */
export interface FaceCell {
  readonly face: number;
  readonly x: number;
  readonly y: number;
}

/** Takes a nested id of any order apart. */
export function faceCell(order: number, cell: number | bigint): FaceCell {
  checkCell(order, cell);
  let face: number;
  let low: number;
  let high: number;
  if (typeof cell === "bigint") {
    const bits = BigInt(2 * order);
    face = Number(cell >> bits);
    const rest = cell & ((1n << bits) - 1n);
    low = Number(rest & 0xffff_ffffn) | 0;
    high = Number(rest >> 32n);
  } else {
    const perFace = POWERS_OF_4[order] as number;
    face = Math.floor(cell / perFace);
    const rest = cell - face * perFace;
    low = rest | 0;
    high = Math.floor(rest / 0x1_0000_0000);
  }
  return {
    face,
    x: gather(low) | (gather(high) << 16),
    y: gather(low >>> 1) | (gather(high >>> 1) << 16),
  };
}

/** The centre of a cell. */
export function cellCentre(order: number, cell: number | bigint, latitude: Latitude): LonLat {
  const { face, x, y } = faceCell(order, cell);
  const nside = 2 ** order;
  return facePoint(face, (x + 0.5) / nside, (y + 0.5) / nside, latitude);
}

/** Centres of many cells, order 0..24: degrees into `lon` (−180, 180] and `lat` (geodetic). */
export function cellCentres(
  order: number,
  cells: Float64Array,
  latitude: Latitude,
  lon: Float64Array = new Float64Array(cells.length),
  lat: Float64Array = new Float64Array(cells.length),
): { lon: Float64Array; lat: Float64Array } {
  checkOrder(order, MAX_NUMBER_ORDER);
  if (lon.length < cells.length || lat.length < cells.length) {
    throw new HealpixError("length", `room for ${lon.length} and ${lat.length} of ${cells.length} centres`);
  }
  const count = cellCount(order);
  const perFace = 4 ** order;
  const nside = 2 ** order;
  // The cells of a shard lie on few rings: each ring's latitude is reckoned once, and kept until another takes its slot.
  const rings = new Int32Array(RING_SLOTS).fill(-1);
  const latitudes = new Float64Array(RING_SLOTS);
  // As cellCentre, with its powers and checks out of the loop: half the time.
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as number;
    if (!(cell >= 0 && cell < count && Number.isInteger(cell))) checkCell(order, cell);
    const face = Math.floor(cell / perFace);
    const rest = cell - face * perFace;
    const low = rest | 0;
    const high = Math.floor(rest / 0x1_0000_0000);
    const x = gather(low) | (gather(high) << 16);
    const y = gather(low >>> 1) | (gather(high >>> 1) << 16);
    const ring = (FACE_ROW[face] as number) * nside - x - y - 1;
    const slot = ring & (RING_SLOTS - 1);
    if (rings[slot] !== ring) {
      rings[slot] = ring;
      latitudes[slot] = rowLatitude(ring / nside, latitude);
    }
    lon[i] = rowLongitude(face, ring / nside, (x - y) / nside);
    lat[i] = latitudes[slot] as number;
  }
  return { lon, lat };
}

/** Twice the rings of a shard six orders above its cells. */
const RING_SLOTS = 256;

/**
 * The point at x, y in 0..1 of a base cell (0, 0 its southern corner, x to the north-east, y to the north-west).
 *
 * Inverse of the HEALPix projection, Górski et al. (2005), section 5. At a pole, where every longitude is right, it is
 * that of the base cell's centre.
 */
export function facePoint(face: number, x: number, y: number, latitude: Latitude): LonLat {
  const row = (FACE_ROW[face] as number) - x - y;
  return [rowLongitude(face, row, x - y), rowLatitude(row, latitude)];
}

/** Latitude of a row: its distance from the north pole, 0..4 sides of base cells. */
function rowLatitude(row: number, latitude: Latitude): number {
  const { beltInverse, capInverse } = LATITUDES[latitude];
  if (row >= 1 && row <= 3) return Math.asin(evaluate(beltInverse, ((2 - row) * 2) / 3)) / DEGREE;
  const ring = row < 1 ? row : 4 - row;
  const colatitude = (2 * Math.asin(evaluate(capInverse, ring / Math.sqrt(6)))) / DEGREE;
  return row < 1 ? 90 - colatitude : colatitude - 90;
}

/** Longitude in a row, `along` (x - y) from the middle of a base cell. */
function rowLongitude(face: number, row: number, along: number): number {
  const ring = row < 1 ? row : row > 3 ? 4 - row : 1;
  const lon = 45 * ((FACE_LONGITUDE[face] as number) + (ring < 1e-15 ? 0 : along / ring));
  return lon > 180 ? lon - 360 : lon;
}
