import type { LonLat } from "@zagg/healpix";
import { s3Problem } from "@zagg/storage";
import { defined, withZone } from "../terms/index.js";
import type { UmmGranule } from "./cmr-client.js";
import type { Bbox, CatalogGranule, UnusableReason } from "./model.js";
import { readUmm, type Umm, type UmmBoundary, type UmmGeometry } from "./umm.js";

/** One polygon of a footprint. Edges are great circles; rings are closed; the interior is the smaller side. */
export interface FootprintPolygon {
  readonly boundary: readonly LonLat[];
  readonly holes: readonly (readonly LonLat[])[];
}

/** The area a granule may hold points in: all of its polygons, boxes and lines together. */
export interface Footprint {
  readonly polygons: readonly FootprintPolygon[];
  readonly boxes: readonly Bbox[];
  /** Tracks along great circles, as archives of altimeters have them. */
  readonly lines?: readonly (readonly LonLat[])[];
}

/** What {@link granuleInfo} made of a granule. */
export type GranuleInfo =
  | {
      readonly usable: true;
      readonly granule: CatalogGranule;
      readonly footprint: Footprint;
      /** When CMR's entry was last changed, ISO 8601: of two granules of one name the later counts. */
      readonly revised: string;
    }
  | { readonly usable: false; readonly id: string; readonly reason: UnusableReason };

/**
 * Id, links, size, times and footprint of one granule of a CMR answer, or why it cannot be used.
 *
 * @example granuleInfo({ umm: { GranuleUR: "ATL06_20240106.h5" } }).usable; // => false
 */
export function granuleInfo(item: UmmGranule): GranuleInfo {
  const umm = readUmm(item.umm ?? {});
  if (umm === undefined)
    return { usable: false, id: item.meta?.["concept-id"] ?? "(no name)", reason: "invalid" };
  const producerId = umm.DataGranule?.Identifiers?.find(
    (i) => i.IdentifierType === "ProducerGranuleId",
  )?.Identifier;
  const https = dataLink(umm, "GET DATA", /^https?:\/\//, producerId);
  const s3 = dataLink(umm, "GET DATA VIA DIRECT ACCESS", /^s3:\/\//, producerId);
  const id =
    nameOf(s3) ?? nameOf(https) ?? producerId ?? umm.GranuleUR ?? item.meta?.["concept-id"] ?? "(no name)";

  const domain = umm.SpatialExtent?.HorizontalSpatialDomain;
  const footprint = footprintOf(domain?.Geometry);
  if (footprint === undefined) {
    return { usable: false, id, reason: domain?.Orbit ? "orbit" : "no-footprint" };
  }
  if (https === undefined && s3 === undefined) return { usable: false, id, reason: "no-link" };

  const time = umm.TemporalExtent;
  const granule = defined({
    id,
    s3,
    https,
    size: sizeOf(umm, id),
    start: withZone(time?.RangeDateTime?.BeginningDateTime ?? time?.SingleDateTime ?? ""),
    end: withZone(time?.RangeDateTime?.EndingDateTime ?? time?.SingleDateTime ?? ""),
  });
  return { usable: true, granule, footprint, revised: item.meta?.["revision-date"] ?? "" };
}

/** What a catalog would not take is no link. */
function isLocation(url: string): boolean {
  return url.startsWith("s3://") ? s3Problem(url, "object") === undefined : URL.canParse(url);
}

/** The link of a type to the data file itself; metadata files may be listed under the same type. */
function dataLink(umm: Umm, type: string, scheme: RegExp, name: string | undefined): string | undefined {
  const links = (umm.RelatedUrls ?? [])
    .filter((u) => u.Type === type && scheme.test(u.URL) && isLocation(u.URL))
    .map((u) => u.URL);
  const named = name === undefined ? undefined : links.find((url) => nameOf(url) === name);
  return named ?? links.find((url) => /\.(h5|hdf5|he5|nc4?)$/i.test(url)) ?? links[0];
}

function nameOf(url: string | undefined): string | undefined {
  const [, name] = /([^/]+)$/.exec(url?.replace(/[?#].*$/, "") ?? "") ?? [];
  return name;
}

/** Undefined where there is no area, or where a polygon is broken: using the others alone would lose points. */
function footprintOf(geometry: UmmGeometry | undefined): Footprint | undefined {
  const polygons: FootprintPolygon[] = [];
  for (const { Boundary, ExclusiveZone } of geometry?.GPolygons ?? []) {
    const boundary = ring(Boundary);
    if (boundary === undefined) return undefined;
    const holes = (ExclusiveZone?.Boundaries ?? []).map(ring).filter((hole) => hole !== undefined);
    polygons.push({ boundary, holes });
  }
  const boxes = (geometry?.BoundingRectangles ?? []).map(
    (box): Bbox => [
      box.WestBoundingCoordinate,
      box.SouthBoundingCoordinate,
      box.EastBoundingCoordinate,
      box.NorthBoundingCoordinate,
    ],
  );
  const lines = (geometry?.Lines ?? []).map(lonLats);
  const good = boxes.every(isBox) && lines.every((line) => line !== undefined && line.length >= 2);
  if (!good || polygons.length + boxes.length + lines.length === 0) return undefined;
  return { polygons, boxes, ...(lines.length > 0 && { lines: lines as (readonly LonLat[])[] }) };
}

function isBox([west, south, east, north]: Bbox): boolean {
  return [west, east].every((lon) => Math.abs(lon) <= 360) && -90 <= south && south <= north && north <= 90;
}

function ring(boundary: UmmBoundary | undefined): readonly LonLat[] | undefined {
  const points = lonLats(boundary);
  return points && new Set(points.map(String)).size >= 3 ? points : undefined;
}

/** Undefined where one of the points is none. */
function lonLats(boundary: UmmBoundary | undefined): readonly LonLat[] | undefined {
  const points = (boundary?.Points ?? []).map((point): LonLat => [point.Longitude, point.Latitude]);
  const valid = points.every(([lon, lat]) => Math.abs(lon) <= 360 && Math.abs(lat) <= 90);
  return valid ? points : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
  PB: 2 ** 50,
};

/** Bytes as the archive states them: exact, or from a rounded size with a unit. */
function sizeOf(umm: Umm, id: string): number | undefined {
  const entries = umm.DataGranule?.ArchiveAndDistributionInformation ?? [];
  const entry = entries.find((e) => e.Name === id) ?? entries[0];
  const unit = UNITS[entry?.SizeUnit ?? ""] ?? Number.NaN;
  const bytes = entry?.SizeInBytes ?? Math.round((entry?.Size ?? Number.NaN) * unit);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}
