import { readFile } from "node:fs/promises";
import type { LonLat } from "@zagg/healpix";
import { unionOfSpans } from "./box.js";
import { CatalogError } from "./catalog-error.js";
import type { Bbox } from "./model.js";

/**
 * One polygon of a region. Edges are straight lines in longitude and latitude (RFC 7946), so a side along a
 * parallel stays on it; rings are closed; the interior is what the outer ring surrounds in the lon/lat plane.
 */
export interface RegionPolygon {
  readonly boundary: readonly LonLat[];
  readonly holes: readonly (readonly LonLat[])[];
}

/**
 * The polygons of a GeoJSON file: Polygon, MultiPolygon, or a Feature, FeatureCollection or GeometryCollection of
 * them. Throws CatalogError `polygon` for other geometries, for rings that do not close or have fewer than three
 * corners, and for coordinates that are not degrees.
 */
export async function loadPolygon(path: string): Promise<RegionPolygon[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refused(path, error.code === "ENOENT" ? "no such file" : error.message);
  });
  return parsePolygon(text, path);
}

/** As {@link loadPolygon}, from the text; `path` is for messages. */
export function parsePolygon(text: string, path: string): RegionPolygon[] {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, "")); // some editors begin a file with a mark of byte order
  } catch (error) {
    throw refused(path, `not JSON: ${(error as Error).message}`);
  }
  const polygons = polygonsOf(document, path);
  if (polygons.length === 0) throw refused(path, "it holds no polygon");
  return polygons;
}

/**
 * The smallest box around polygons; narrower across the antimeridian where that is so, then with `west > east`.
 *
 * @example polygonToBbox(await loadPolygon("greenland.geojson")) // [-73.1, 59.8, -11.4, 83.6]
 */
export function polygonToBbox(polygons: readonly RegionPolygon[]): Bbox {
  const spans = polygons.map(({ boundary }) => {
    const [west, east] = range(boundary.map(([lon]) => lon));
    return { west, width: east - west };
  });
  const [south, north] = range(polygons.flatMap(({ boundary }) => boundary.map(([, lat]) => lat)));
  const [west, east] = unionOfSpans(spans);
  return [west, south, east, north];
}

/** A coastline has more corners than a call may have arguments. */
function range(values: readonly number[]): [least: number, most: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

interface GeoJson {
  readonly type?: unknown;
  readonly crs?: { readonly properties?: { readonly name?: unknown } };
  readonly features?: unknown;
  readonly geometries?: unknown;
  readonly geometry?: unknown;
  readonly coordinates?: unknown;
}

function polygonsOf(value: unknown, path: string): RegionPolygon[] {
  const { type, crs, features, geometries, geometry, coordinates } = (value ?? {}) as GeoJson;
  const name = crs?.properties?.name;
  if (name !== undefined && !/CRS84|EPSG::?4326$/.test(String(name))) {
    throw refused(path, `its coordinates are in ${name}; convert them to longitude and latitude (EPSG:4326)`);
  }
  switch (type) {
    case "FeatureCollection":
      return list(features, path).flatMap((feature) => polygonsOf(feature, path));
    case "GeometryCollection":
      return list(geometries, path).flatMap((part) => polygonsOf(part, path));
    case "Feature":
      return geometry === null ? [] : polygonsOf(geometry, path);
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
  const points = list(ring, path).map((position): LonLat => {
    const [lon, lat] = Array.isArray(position) ? position : [];
    if (
      typeof lon !== "number" ||
      typeof lat !== "number" ||
      !(Math.abs(lon) <= 360 && Math.abs(lat) <= 90)
    ) {
      throw refused(path, `${JSON.stringify(position)} is not [longitude, latitude] in degrees`);
    }
    return [lon, lat];
  });
  if (String(points[0]) !== String(points.at(-1)))
    throw refused(path, `a ring that starts at ${points[0]} does not close`);
  if (new Set(points.map(String)).size < 3) throw refused(path, "a ring of fewer than three corners");
  return points;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refused(path, "a list is missing where GeoJSON has one");
}

function refused(path: string, what: string): CatalogError {
  return new CatalogError("polygon", `polygon ${path}: ${what}`, { path });
}
