import { cellBoundary, cellCentre } from "@zagg/healpix";
import {
  type CellLayout,
  type Crs,
  degreesLabel,
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
  /** Side of a pixel in metres; for EPSG:4326 metres along the equator. Default: the first of {@link SPACINGS} that fits. */
  readonly spacing?: number;
  /** Default: all shards. */
  readonly bbox?: LonLatBounds;
}

/** Metres: that of 0.1.0's maps, and coarser ones for what is larger than an ice sheet. */
const SPACINGS: readonly number[] = [2000, 5000, 10_000, 20_000, 50_000];
/** Pixels that a default spacing may make: an ice sheet at 2 km has 9 million. */
const FITTING_PIXELS = 2 ** 24;
/** Metres of one degree along the equator. */
export const METRES_PER_DEGREE = 111319.49079327358;
/** A raster of float32 this large takes half a gigabyte. */
const MAX_PIXELS = 2 ** 27;
/** Beyond these latitudes all of a product counts as polar. */
const POLAR_LATITUDE = 50;
/** Points per side of a shard: its edges are curves on the map. */
const SIDE_POINTS = 8;

/**
 * The grid for a product's raster. Throws `ZaggError` (config, `raster-grid`) for a raster that no memory would hold, a
 * projection that does not hold what is to be drawn, and a box that is none or misses the product.
 */
export function targetGrid(layout: CellLayout, choice: GridChoice = {}): PixelGrid {
  if (choice.bbox) checkBox(choice.bbox);
  const rings = shardRings(layout);
  const crs = choice.crs ?? crsFor(layout);
  const extent = extentOfLines(crs, choice.bbox ? [bboxRing(choice.bbox)] : rings);
  if (choice.bbox && !rings.some((ring) => overlap(crs, extentOfLines(crs, [ring]), extent))) {
    throw missed(choice.bbox, rings);
  }
  checkHolds(crs, choice.bbox ?? latitudesOf(rings), choice.bbox ? "the box" : "the product");
  if (choice.spacing !== undefined) return gridOf(crs, extent, choice.spacing);
  const fits = (metres: number) => pixelsOf(crs, extent, metres) <= FITTING_PIXELS;
  return gridOf(crs, extent, SPACINGS.find(fits) ?? (SPACINGS.at(-1) as number));
}

function gridOf(crs: Crs, extent: Extent, metres: number): PixelGrid {
  if (!(metres > 0)) throw refused(`a grid spacing of ${metres} m is not above 0`);
  if (!(pixelsOf(crs, extent, metres) <= MAX_PIXELS)) {
    const { width, height } = gridOver(crs, extent, unitsOf(crs, metres));
    throw refused(
      `a raster of ${width} x ${height} pixels is too large; choose a spacing above ${metres} m, or a bbox`,
    );
  }
  return gridOver(crs, extent, unitsOf(crs, metres));
}

function pixelsOf(crs: Crs, extent: Extent, metres: number): number {
  const { width, height } = gridOver(crs, extent, unitsOf(crs, metres));
  return width * height;
}

function unitsOf(crs: Crs, metres: number): number {
  return crs === "EPSG:4326" ? metres / METRES_PER_DEGREE : metres;
}

function checkBox({ west, south, east, north }: LonLatBounds): void {
  const problem =
    south < -90 || north > 90
      ? "latitudes are from -90 to 90"
      : !(south < north)
        ? "its south is not below its north"
        : Math.abs(west) > 360 || Math.abs(east) > 360
          ? "longitudes are from -360 to 360"
          : west === east
            ? "its west is its east"
            : undefined;
  if (problem) throw refused(`bbox ${west},${south},${east},${north} (west,south,east,north): ${problem}`);
}

/** A polar map ends at the equator: beyond, it grows without end. */
function checkHolds(crs: Crs, { south, north }: Pick<LonLatBounds, "south" | "north">, what: string): void {
  const lost = crs === "EPSG:3031" ? north > 0 : crs === "EPSG:3413" ? south < 0 : false;
  if (!lost) return;
  const half = crs === "EPSG:3031" ? "southern" : "northern";
  throw refused(
    `${crs} holds the ${half} half of the globe, but ${what} lies between ${parallel(south)} and \
${parallel(north)}: choose another crs, or a bbox`,
  );
}

function missed(bbox: LonLatBounds, rings: readonly Float64Array[]): ZaggError {
  const { west, south, east, north } = bbox;
  const found = latitudesOf(rings);
  const swapped = Math.max(Math.abs(west), Math.abs(east)) <= 90 && north > 0 !== found.north > 0;
  return refused(
    `bbox ${west},${south},${east},${north} holds nothing of the product, which lies between \
${parallel(found.south)} and ${parallel(found.north)}: it takes west,south,east,north\
${swapped ? " (are latitudes and longitudes swapped?)" : ""}`,
  );
}

function latitudesOf(rings: readonly Float64Array[]): { readonly south: number; readonly north: number } {
  let [south, north] = [90, -90];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 2) {
      south = Math.min(south, ring[i] as number);
      north = Math.max(north, ring[i] as number);
    }
  }
  return { south, north };
}

/** Whether two extents meet; on a plate carrée, one may be written a turn away from the other. */
function overlap(crs: Crs, a: Extent, b: Extent): boolean {
  if (a.bottom > b.top || a.top < b.bottom) return false;
  const turns = crs === "EPSG:4326" ? [-720, -360, 0, 360, 720] : [0];
  return turns.some((turn) => a.left + turn <= b.right && a.right + turn >= b.left);
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

function shardRings({ parentOrder, shards, latitude }: CellLayout): Float64Array[] {
  const rings = shards
    .filter((shard) => shard >= 0)
    .map((shard) =>
      Float64Array.from(cellBoundary(parentOrder, shard, { latitude, step: SIDE_POINTS }).flat()),
    );
  if (rings.length === 0) throw refused("the store has no shard with data, so there is nothing to draw");
  return rings;
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

/** A latitude as maps label it. */
function parallel(degrees: number): string {
  return degreesLabel({ kind: "parallel", degrees });
}

function refused(message: string): ZaggError {
  return new ZaggError("config", "raster-grid", message);
}
