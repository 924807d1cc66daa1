import { cellBoundary, cellCentre, type Grid, type LonLat } from "@zagg/healpix";

export type PolygonGeometry =
  | { readonly type: "Polygon"; readonly coordinates: readonly (readonly LonLat[])[] }
  | { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly (readonly LonLat[])[])[] };

/** Decimals of a degree: a tenth of a millimetre. */
const ROUNDING = 1e9;

/**
 * A cell's outline as RFC 7946 wants it: counter-clockwise, cut in two where it crosses the antimeridian (section
 * 3.1.9). Its corners are joined by straight lines in longitude and latitude.
 */
export function cellPolygon(order: number, cell: bigint, latitude: Grid["latitude"]): PolygonGeometry {
  const [ring, ...others] = cellRings(order, cell, { latitude }).map(closed) as [LonLat[], ...LonLat[][]];
  return others.length === 0
    ? { type: "Polygon", coordinates: [ring] }
    : { type: "MultiPolygon", coordinates: [ring, ...others].map((part) => [part]) };
}

/**
 * A cell's outline in the plane of longitude and latitude, −180..180: one open ring, counter-clockwise, or one on
 * either side of the antimeridian.
 *
 * @param step points per side
 */
export function cellRings(
  order: number,
  cell: bigint,
  { latitude, step = 1 }: { readonly latitude: Grid["latitude"]; readonly step?: number },
): LonLat[][] {
  const [centre] = cellCentre(order, cell, latitude);
  const ring = cornersAround(centre, cellBoundary(order, cell, { latitude, step }).slice(0, -1));
  if (ring.every(([lon]) => Math.abs(lon) <= 180)) return [ring];
  return [clip(ring, -180, 0), clip(ring, -540, 360), clip(ring, 180, -360)].filter(hasArea);
}

/** Corners with longitudes that run on past ±180; a pole, which has no longitude, takes those of both neighbours. */
function cornersAround(centre: number, corners: readonly LonLat[]): LonLat[] {
  const near = corners.map(([lon, lat]): LonLat => [lon - 360 * Math.round((lon - centre) / 360), lat]);
  return near.flatMap(([lon, lat], i): LonLat[] => {
    if (Math.abs(lat) < 90) return [[lon, lat]];
    const before = near.at(i - 1) as LonLat;
    const after = near[(i + 1) % near.length] as LonLat;
    return [
      [before[0], lat],
      [after[0], lat],
    ];
  });
}

/** The part of a ring between the longitudes `west` and `west + 360`, moved by `shift` (Sutherland and Hodgman, 1974). */
function clip(ring: readonly LonLat[], west: number, shift: number): LonLat[] {
  const east = west + 360;
  const eastOf = half(ring, west, 1);
  return half(eastOf, east, -1).map(([lon, lat]): LonLat => [lon + shift, lat]);
}

/** The part of a ring on one side of a meridian: east of it (`side` 1) or west (−1). */
function half(ring: readonly LonLat[], meridian: number, side: 1 | -1): LonLat[] {
  return ring.flatMap((point, i): LonLat[] => {
    const next = ring[(i + 1) % ring.length] as LonLat;
    const from = side * (point[0] - meridian);
    const to = side * (next[0] - meridian);
    const kept = from >= 0 ? [point] : [];
    if (from * to >= 0) return kept;
    const part = from / (from - to);
    return [...kept, [meridian, point[1] + part * (next[1] - point[1])]];
  });
}

/** A cell that only touches the antimeridian leaves a line or a point on its far side. */
function hasArea(ring: readonly LonLat[]): boolean {
  const longitudes = ring.map(([lon]) => Math.round(lon * ROUNDING));
  return ring.length > 2 && Math.max(...longitudes) > Math.min(...longitudes);
}

function closed(ring: readonly LonLat[]): LonLat[] {
  return [...ring, ring[0] as LonLat].map(([lon, lat]): LonLat => [round(lon), round(lat)]);
}

function round(degrees: number): number {
  return Math.round(degrees * ROUNDING) / ROUNDING;
}
