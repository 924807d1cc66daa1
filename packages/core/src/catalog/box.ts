import { CatalogError } from "./catalog-error.js";
import type { Bbox } from "./model.js";

/** `west,south,east,north` as an option or a config gives it. Throws CatalogError `option`. */
export function checkBbox(values: readonly number[]): Bbox {
  const [west, south, east, north] = values;
  if (
    values.length !== 4 ||
    !values.every(Number.isFinite) ||
    values.some((value, i) => Math.abs(value) > (i % 2 === 0 ? 180 : 90)) ||
    (south as number) >= (north as number) ||
    west === east
  ) {
    throw new CatalogError(
      "option",
      `bbox ${values.join(",")}: it takes west,south,east,north in degrees, longitudes −180 to 180, south below ` +
        "north; west may exceed east, across the antimeridian.",
      { key: "bbox" },
    );
  }
  return values as unknown as Bbox;
}

/** Degrees eastwards from west to east: of a box whose west exceeds its east, across the antimeridian. */
export function widthOf(west: number, east: number): number {
  return east < west ? east + 360 - west : east - west;
}

/** Polar radius, km: the smallest, so that a distance is never too few degrees. */
const EARTH_RADIUS_KM = 6356.75;
/** Geodetic latitudes taken as spherical, and authalic ones, stretch distances by less than 1 %. */
const STRETCH = 1.01;
const DEGREE = Math.PI / 180;

/** At least as many degrees of a great circle as a distance has. */
export function degreesOf(km: number): number {
  return (km / EARTH_RADIUS_KM / DEGREE) * STRETCH;
}

/** A box that holds all within `km` of a box. */
export function grownBbox([west, south, east, north]: Bbox, km: number): Bbox {
  if (km === 0) return [west, south, east, north];
  const buffer = degreesOf(km);
  const [low, high] = [Math.max(-90, south - buffer), Math.min(90, north + buffer)];
  // How far east a circle around a corner reaches, nearest to a pole; all the way round beside one.
  const sine = Math.sin(buffer * DEGREE) / Math.cos(Math.max(Math.abs(south), Math.abs(north)) * DEGREE);
  const side = sine < 1 ? Math.asin(sine) / DEGREE : 180;
  if (widthOf(west, east) + 2 * side >= 360) return [-180, low, 180, high];
  return [wrap(west - side), low, wrap(east + side), high];
}

/** A stretch of longitudes: from `west` eastwards, degrees. */
export interface LonSpan {
  readonly west: number;
  readonly width: number;
}

/** West and east, in −180..180, of the shortest stretch that holds all of `spans`: all but the widest gap. */
export function unionOfSpans(spans: readonly LonSpan[]): readonly [west: number, east: number] {
  const sorted = spans
    .map(({ west, width }) => ({ west: wrap(west), width }))
    .sort((a, b) => a.west - b.west);
  // The gap before the first span begins where the farthest one ends, a turn earlier.
  let reach =
    sorted.reduce((most, { west, width }) => Math.max(most, west + width), Number.NEGATIVE_INFINITY) - 360;
  let widest = { from: 0, to: 0 };
  for (const { west, width } of sorted) {
    if (west - reach > widest.to - widest.from) widest = { from: reach, to: west };
    reach = Math.max(reach, west + width);
  }
  if (widest.to <= widest.from) return [-180, 180];
  const [west, east] = [wrap(widest.to), wrap(widest.from)];
  // A box that ends at the antimeridian does not cross it.
  return [west, east === -180 ? 180 : east];
}

/** Into −180 ≤ lon < 180. */
function wrap(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
