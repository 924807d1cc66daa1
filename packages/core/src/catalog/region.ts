import {
  type Coverage,
  cellBox,
  coarserCoverage,
  coverageCells,
  coverageOf,
  type LonLat,
  polygonCoverage,
  type ShardGrid,
  unionOf,
} from "@zagg/healpix";
import { type AreaName, areaCoverage } from "./areas/index.js";
import { type LonSpan, normalBox, unionOfSpans, widthOf } from "./box.js";
import { CatalogError } from "./catalog-error.js";
import type { Bbox } from "./model.js";
import type { RegionPolygon } from "./polygon.js";

/** Where a catalog is wanted: a built-in area or polygons, and of that only what a box touches. */
export interface Region {
  readonly area?: AreaName;
  readonly polygons?: readonly RegionPolygon[];
  /** Name of the polygons' file, for the catalog to tell. */
  readonly polygonName?: string;
  readonly bbox?: Bbox;
}

/**
 * The shards of a region: nested ids, ascending, of every cell of the parent order that the area or polygons touch
 * and, where there is a box, the box too. Without area and polygons it is the Antarctic one.
 *
 * @example discoverCells({ area: "antarctica" }, { parentOrder: 6, latitude: "geodetic" }).length; // => 1334
 */
export function discoverCells(region: Region, grid: ShardGrid): number[] {
  const { area, polygons, bbox } = region;
  if (bbox && !polygons && area === "world") return coverageCells(bboxCoverage(bbox, grid));
  const whole = coverageCells(
    polygons ? regionCoverage(polygons, grid) : areaCoverage(area ?? "antarctica", grid),
  );
  if (bbox === undefined) return whole;
  const inBox = new Set(coverageCells(bboxCoverage(bbox, grid)));
  const cells = whole.filter((cell) => inBox.has(cell));
  if (cells.length > 0) return cells;
  const other = exchangedBox(bbox);
  const wanted = new Set(whole);
  const isOther = other && coverageCells(bboxCoverage(other, grid)).some((cell) => wanted.has(cell));
  throw new CatalogError(
    "option",
    `the box ${bbox.join(",")} touches no shard of ${nameOf({ ...region, bbox: undefined })}. ` +
      (isOther ? `Longitude comes first: ${other.join(",")}?` : "For the box alone say --area world."),
    { key: "bbox", bbox },
  );
}

/** The same with latitude and longitude exchanged, where that is a region: who mixed them up meant it. */
export function exchanged({ bbox, polygons, ...region }: Region): Region | undefined {
  const flip = (ring: readonly LonLat[]) => ring.map(([lon, lat]): LonLat => [lat, lon]);
  const rings = polygons?.flatMap(({ boundary, holes }) => [boundary, ...holes]) ?? [];
  if (bbox) {
    const other = exchangedBox(bbox);
    return other && { ...region, ...(polygons && { polygons }), bbox: other };
  }
  if (!polygons || rings.some((ring) => ring.some(([lon]) => Math.abs(lon) > 90))) return undefined;
  const flipped = polygons.map(({ boundary, holes }) => ({
    boundary: flip(boundary),
    holes: holes.map(flip),
  }));
  return { ...region, polygons: flipped };
}

function exchangedBox([west, south, east, north]: Bbox): Bbox | undefined {
  const isBox = Math.abs(west) <= 90 && Math.abs(east) <= 90 && west < east;
  return isBox ? [south, west, north, east] : undefined;
}

/** What a region is called where something is said about it. */
export function nameOf({
  area,
  polygons,
  polygonName,
  bbox,
}: Omit<Region, "bbox"> & { bbox?: Bbox | undefined }): string {
  const names = [
    ...(polygons ? [`the polygon ${polygonName ?? ""}`.trimEnd()] : []),
    ...(!polygons && !(bbox && (area ?? "world") === "world") ? [`area ${area ?? "antarctica"}`] : []),
    ...(bbox ? [`the box ${bbox.join(",")}`] : []),
  ];
  return names.join(" and ");
}

/** Cells that polygons of a region touch. */
function regionCoverage(polygons: readonly RegionPolygon[], grid: ShardGrid): Coverage {
  const { parentOrder, latitude } = grid;
  return unionOf(
    polygons.map(({ boundary, holes }) =>
      polygonCoverage({ rings: [boundary, ...holes], edges: "lonlat", latitude }, parentOrder),
    ),
  );
}

/** Cells that a box touches, its edges along parallels and meridians. */
export function bboxCoverage(box: Bbox, { parentOrder, latitude }: ShardGrid): Coverage {
  const [west, south, east, north] = normalBox(box);
  const width = widthOf(west, east);
  const start = west + width > 360 ? west - 360 : west;
  const ring: LonLat[] = [
    [start, south],
    [start + width, south],
    [start + width, north],
    [start, north],
  ];
  return polygonCoverage({ rings: [ring], edges: "lonlat", latitude }, parentOrder);
}

/**
 * The box that holds every shard whole, so that a search finds the granules of the shards that stick out of the
 * region as well.
 */
export function shardsBbox(shards: readonly number[], grid: ShardGrid): Bbox {
  // The boxes of a few thousand large cells are as good as those of many small ones, up to a margin.
  const order = Math.min(grid.parentOrder, BOX_ORDER);
  const cells = coverageCells(coarserCoverage(coverageOf(grid.parentOrder, shards), order));
  const boxes = cells.map((cell) => cellBox(order, cell, grid.latitude));
  const spans = boxes.map(({ west, width }): LonSpan => ({ west, width }));
  const [west, east] = unionOfSpans(spans);
  const south = boxes.reduce((least, box) => Math.min(least, box.south), 90);
  const north = boxes.reduce((most, box) => Math.max(most, box.north), -90);
  return [outwards(west, 180, -1), outwards(south, 90, -1), outwards(east, 180, 1), outwards(north, 90, 1)];
}

/** Finer shards are joined to cells of this order before their box is taken. */
const BOX_ORDER = 8;

/** Rounded to 1e-4 degrees, away from the inside, but not beyond ±`limit`. */
function outwards(degrees: number, limit: number, direction: 1 | -1): number {
  return direction * Math.min(limit, Math.ceil(degrees * direction * 1e4) / 1e4);
}
