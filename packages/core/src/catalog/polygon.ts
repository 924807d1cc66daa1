import { isHealpixError, type LonLat, type RingExtent, ringExtent } from "@zagg/healpix";
import { readText } from "../terms/index.js";
import { unionOfSpans } from "./box.js";
import { CatalogError } from "./catalog-error.js";
import type { Bbox } from "./model.js";

/**
 * One polygon of a region. Edges are straight lines in longitude and latitude, however long (RFC 7946), so a side along
 * a parallel stays on it; rings are closed; the interior is what the outer ring surrounds in the lon/lat plane, and of a
 * ring round a pole the cap.
 */
export interface RegionPolygon {
  readonly boundary: readonly LonLat[];
  readonly holes: readonly (readonly LonLat[])[];
}

/**
 * The polygons of a GeoJSON file: Polygon, MultiPolygon, or a Feature, FeatureCollection or GeometryCollection of
 * them. Throws CatalogError `polygon` for other geometries, for rings that do not close or have fewer than three
 * corners, and for coordinates that are not degrees.
 *
 * @example
 * const polygons = await loadPolygon("region.geojson");
 * const { catalog } = await catalogFromCmr(await loadConfig("atl06"), { cycle: 22, polygons });
 */
export async function loadPolygon(path: string): Promise<RegionPolygon[]> {
  return parsePolygon(await readText(path, (what) => refused(path, what)), path);
}

/** As {@link loadPolygon}, from the text; `path` is for messages. */
export function parsePolygon(text: string, path: string): RegionPolygon[] {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, "")); // a mark of byte order, as some editors write
  } catch (error) {
    throw refused(path, `not JSON: ${(error as Error).message}`);
  }
  const polygons = polygonsOf(document, path, MAX_DEPTH);
  if (polygons.length === 0) throw refused(path, "it holds no polygon");
  return polygons;
}

/**
 * The smallest box around polygons; narrower across the antimeridian where that is so, then with `west > east`.
 *
 * @example polygonToBbox(await loadPolygon("region.geojson")); // => [-105, -76, -95, -73]
 */
export function polygonToBbox(polygons: readonly RegionPolygon[]): Bbox {
  const extents = polygons.map(({ boundary }) => ringExtent(boundary));
  const [west, east] = unionOfSpans(extents);
  const south = extents.reduce((least, extent) => Math.min(least, extent.south), 90);
  const north = extents.reduce((most, extent) => Math.max(most, extent.north), -90);
  return [west, south, east, north];
}

/** What the user should know of how polygons were read: edges that go the long way round. */
export function polygonNotices(polygons: readonly RegionPolygon[], name: string): string[] {
  const longest = polygons
    .map(({ boundary }) => ringExtent(boundary).longestEdge)
    .reduce((most, edge) => Math.max(most, edge), 0);
  if (longest <= 180) return [];
  return [
    `${name}: an edge of ${Math.round(longest)}° is taken as the straight line that GeoJSON has (RFC 7946). If it ` +
      "should cross the antimeridian, let longitudes go on beyond 180 (170 to 190), or cut the polygon in two there",
  ];
}

/** Features in collections of collections: more levels than anybody needs, fewer than break the stack. */
const MAX_DEPTH = 100;

interface GeoJson {
  readonly type?: unknown;
  readonly crs?: { readonly properties?: { readonly name?: unknown } };
  readonly features?: unknown;
  readonly geometries?: unknown;
  readonly geometry?: unknown;
  readonly coordinates?: unknown;
}

function polygonsOf(value: unknown, path: string, depth: number): RegionPolygon[] {
  if (depth === 0) throw refused(path, `collections within collections, more than ${MAX_DEPTH} deep`);
  const { type, crs, features, geometries, geometry, coordinates } = (value ?? {}) as GeoJson;
  const name = crs?.properties?.name;
  if (name !== undefined && !/CRS84|EPSG::?4326$/.test(String(name))) {
    throw refused(path, `its coordinates are in ${name}; convert them to longitude and latitude (EPSG:4326)`);
  }
  switch (type) {
    case "FeatureCollection":
      return list(features, path).flatMap((feature) => polygonsOf(feature, path, depth - 1));
    case "GeometryCollection":
      return list(geometries, path).flatMap((part) => polygonsOf(part, path, depth - 1));
    case "Feature":
      return geometry === null ? [] : polygonsOf(geometry, path, depth - 1);
    case "MultiPolygon":
      return list(coordinates, path).map((rings) => polygonOf(rings, path));
    case "Polygon":
      return [polygonOf(coordinates, path)];
    default:
      throw refused(path, `${typeof type === "string" ? `a ${type}` : "no GeoJSON"}; polygons are wanted`);
  }
}

function polygonOf(rings: unknown, path: string): RegionPolygon {
  const [boundary, ...holes] = list(rings, path).map((ring) => ringOf(ring, path));
  if (boundary === undefined) throw refused(path, "a polygon without a ring");
  return { boundary, holes };
}

function ringOf(ring: unknown, path: string): LonLat[] {
  const points = list(ring, path).map((position) => cornerOf(position, path));
  if (String(points[0]) !== String(points.at(-1)))
    throw refused(path, `a ring that starts at ${points[0]} does not close`);
  if (new Set(points.map(String)).size < 3) throw refused(path, "a ring of fewer than three corners");
  if (extentOf(points, path).width < 360 && isLine(points))
    throw refused(path, `a ring from ${points[0]} that encloses nothing: all of its corners lie on one line`);
  return points;
}

function cornerOf(position: unknown, path: string): LonLat {
  const [lon, lat] = Array.isArray(position) ? position : [];
  if (typeof lon === "number" && typeof lat === "number") {
    if (Math.abs(lon) <= 360 && Math.abs(lat) <= 90) return [lon, lat];
    if (Math.abs(lon) <= 90 && Math.abs(lat) <= 360) {
      throw refused(path, `[${lon},${lat}]: ${lat} is no latitude; GeoJSON has longitude before latitude`);
    }
  }
  throw refused(path, `${JSON.stringify(position)} is not [longitude, latitude] in degrees`);
}

function extentOf(ring: readonly LonLat[], path: string): RingExtent {
  try {
    return ringExtent(ring);
  } catch (error) {
    if (isHealpixError(error)) throw refused(path, error.message);
    throw error;
  }
}

/** Whether all corners lie on the line from the first to the one farthest from it. */
function isLine(ring: readonly LonLat[]): boolean {
  const [[west, south] = [0, 0]] = ring;
  const from = ring.map(([lon, lat]): LonLat => [lon - west, lat - south]);
  const length = ([x, y]: LonLat) => Math.hypot(x, y);
  const far = from.reduce((farthest, at) => (length(at) > length(farthest) ? at : farthest));
  return from.every(([x, y]) => Math.abs(x * far[1] - y * far[0]) <= 1e-9 * length(far));
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refused(path, "a list is missing where GeoJSON has one");
}

function refused(path: string, what: string): CatalogError {
  return new CatalogError("polygon", `polygon ${path}: ${what}`, { path });
}
