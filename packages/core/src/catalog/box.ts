import { CatalogError } from "./catalog-error.js";
import type { Bbox } from "./model.js";

/**
 * `west,south,east,north` as an option or a config gives it, its longitudes −180..180 or 0..360, with those of the
 * result −180..180: `[200, -80, 300, -70]` is `[-160, -80, -60, -70]`. Throws CatalogError `option`.
 */
export function checkBbox(values: readonly number[]): Bbox {
  const [west, south, east, north] = values as unknown as Bbox;
  const refused = (what: string) =>
    new CatalogError(
      "option",
      `bbox ${values.join(",")}: ${what}${what.endsWith("?") ? "" : "."} It takes west,south,east,north in degrees, longitudes −180 to 180 or 0 to ` +
        "360, south below north; west may exceed east, across the antimeridian.",
      { key: "bbox" },
    );
  if (values.length !== 4 || !values.every(Number.isFinite)) throw refused("these are not four numbers");
  const latitude = [south, north].find((value) => Math.abs(value) > 90);
  if (latitude !== undefined) {
    const exchanged = [west, east].every((value) => Math.abs(value) <= 90);
    throw refused(`${latitude} is no latitude${exchanged ? ": is latitude written before longitude?" : ""}`);
  }
  const longitude = [west, east].find((value) => Math.abs(value) > 360);
  if (longitude !== undefined) throw refused(`${longitude} is no longitude`);
  if (south >= north) throw refused("its south is not below its north");
  if (widthOf(west, east) === 0) throw refused("its west is its east");
  return normalBox([west, south, east, north]);
}

/** The same box with longitudes −180..180, as it is where they are. All the way round it is −180 to 180. */
export function normalBox([west, south, east, north]: Bbox): Bbox {
  if (Math.abs(west) <= 180 && Math.abs(east) <= 180) return [west, south, east, north];
  const width = widthOf(west, east);
  if (width === 360) return [-180, south, 180, north];
  const end = wrap(west) + width;
  return [wrap(west), south, end > 180 ? end - 360 : end, north];
}

/** Degrees eastwards from west to east, at most 360: of a box whose west exceeds its east, across the antimeridian. */
export function widthOf(west: number, east: number): number {
  return east > west ? Math.min(360, east - west) : (((east - west) % 360) + 360) % 360;
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
