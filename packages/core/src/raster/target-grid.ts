import { cellBoundary, cellCentre } from "@zagg/healpix";
import {
  type CellLayout,
  type Crs,
  type Extent,
  extentOfLines,
  gridOver,
  type LonLatBounds,
  type PixelGrid,
} from "@zagg/map";
import { ZaggError } from "../terms/index.js";

export interface GridChoice {
  /** Default: by where the shards lie. */
  readonly crs?: Crs;
  /** Side of a pixel in metres; for EPSG:4326 metres along the equator. Default {@link DEFAULT_SPACING}. */
  readonly spacing?: number;
  /** Default: all shards. */
  readonly bbox?: LonLatBounds;
}

/** Metres; that of 0.1.0's maps. */
export const DEFAULT_SPACING = 2000;
/** Metres of one degree along the equator. */
export const METRES_PER_DEGREE = 111319.49079327358;
/** A raster of float32 this large takes half a gigabyte. */
const MAX_PIXELS = 2 ** 27;
/** Beyond these latitudes all of a product counts as polar. */
const POLAR_LATITUDE = 50;
/** Points per side of a shard: its edges are curves on the map. */
const SIDE_POINTS = 8;

/** The grid for a product's raster. Throws `ZaggError` (config) for a raster that no memory would hold. */
export function targetGrid(layout: CellLayout, choice: GridChoice = {}): PixelGrid {
  const crs = choice.crs ?? crsFor(layout);
  const metres = choice.spacing ?? DEFAULT_SPACING;
  if (!(metres > 0)) throw refused(`a grid spacing of ${metres} m is not above 0`);
  const spacing = crs === "EPSG:4326" ? metres / METRES_PER_DEGREE : metres;
  const extent = choice.bbox ? extentOfLines(crs, [bboxRing(choice.bbox)]) : shardsExtent(crs, layout);
  const grid = gridOver(crs, extent, spacing);
  if (!(grid.width * grid.height <= MAX_PIXELS)) {
    throw refused(
      `a raster of ${grid.width} x ${grid.height} pixels is too large; choose a spacing above ${metres} m, or a bbox`,
    );
  }
  return grid;
}

/** Polar stereographic where all shards lie in one polar region, else plate carrée. */
function crsFor({ parentOrder, shards, latitude }: CellLayout): Crs {
  let [south, north] = [90, -90];
  for (const shard of shards) {
    if (shard < 0) continue;
    const [, lat] = cellCentre(parentOrder, shard, latitude);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  if (north < -POLAR_LATITUDE) return "EPSG:3031";
  return south > POLAR_LATITUDE ? "EPSG:3413" : "EPSG:4326";
}

function shardsExtent(crs: Crs, { parentOrder, shards, latitude }: CellLayout): Extent {
  const rings = shards
    .filter((shard) => shard >= 0)
    .map((shard) =>
      Float64Array.from(cellBoundary(parentOrder, shard, { latitude, step: SIDE_POINTS }).flat()),
    );
  if (rings.length === 0) throw refused("the store has no shard with data, so there is nothing to draw");
  return extentOfLines(crs, rings);
}

/** The edge of a box, followed closely: its parallels are curves on a polar map. */
function bboxRing({ west, south, east, north }: LonLatBounds): Float64Array {
  const points: number[] = [];
  const span = east < west ? east + 360 - west : east - west;
  for (let i = 0; i <= 360; i++) {
    const lon = west + (span * i) / 360;
    points.push(lon, south, lon, north);
  }
  return Float64Array.from(points);
}

function refused(message: string): ZaggError {
  return new ZaggError("config", "raster-grid", message);
}
