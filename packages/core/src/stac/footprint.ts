import type { Grid, LonLat } from "@zagg/healpix";
import { unionOfSpans } from "../catalog/box.js";
import type { Bbox } from "../catalog/index.js";
import type { PolygonGeometry } from "../export/cell-polygon.js";
import { BASE_CELL_SIDE, cellsOutline, type PlanePolygon } from "./outline.js";

/** Where a product has data, as STAC and RFC 7946 say it. */
export interface ProductFootprint {
  readonly geometry: PolygonGeometry;
  /** West exceeds east where it crosses the antimeridian (RFC 7946, section 5.2). */
  readonly bbox: Bbox;
}

/** Beyond these, shards are joined to coarser cells first: an item is read by maps and search engines. */
const MOST_CELLS = 8192;
const MOST_POINTS = 4000;

/** The outline of shards (nested ids at the parent order), or of the coarser cells around them; undefined for none. */
export function shardsFootprint(
  { parentOrder, latitude }: Grid,
  shards: readonly number[],
): ProductFootprint | undefined {
  if (shards.length === 0) return undefined;
  for (let order = parentOrder, cells = shards; ; order--) {
    if (order === 0 || cells.length <= MOST_CELLS) {
      const polygons = cellsOutline(order, cells, latitude);
      const points = polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
      if (order === 0 || points <= MOST_POINTS) return footprintOf(polygons, order);
    }
    cells = [...new Set(cells.map((cell) => Math.floor(cell / 4)))];
  }
}

function footprintOf(polygons: readonly PlanePolygon[], order: number): ProductFootprint {
  const decimals = Math.max(0, Math.ceil(-Math.log10(BASE_CELL_SIDE / 2 ** order / 1000)));
  const round = (degrees: number) => Number(degrees.toFixed(decimals));
  const coordinates = polygons.map((polygon) =>
    polygon.map((ring) => [...ring, ring[0] as LonLat].map(([lon, lat]): LonLat => [round(lon), round(lat)])),
  );
  const [only, ...others] = coordinates as [LonLat[][], ...LonLat[][][]];
  const [west, south, east, north] = bboxOf(coordinates.map(([shell]) => shell as LonLat[]));
  return {
    geometry:
      others.length === 0 ? { type: "Polygon", coordinates: only } : { type: "MultiPolygon", coordinates },
    bbox: [round(west), round(south), round(east), round(north)],
  };
}

function bboxOf(shells: readonly (readonly LonLat[])[]): Bbox {
  const spans = shells.map((shell) => {
    const [west, east] = rangeOf(shell.map(([lon]) => lon));
    return { west, width: east - west };
  });
  const [south, north] = rangeOf(shells.flat().map(([, lat]) => lat));
  const [west, east] = unionOfSpans(spans);
  return [west, south, east, north];
}

function rangeOf(values: readonly number[]): readonly [least: number, most: number] {
  return [
    values.reduce((least, value) => Math.min(least, value)),
    values.reduce((most, value) => Math.max(most, value)),
  ];
}
