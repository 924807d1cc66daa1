import { cellCentre, type LonLat } from "../centre.js";
import { HealpixError } from "../error.js";
import { LATITUDES, type Latitude } from "../latitude.js";
import { checkOrder, MAX_NUMBER_ORDER, POWERS_OF_4 } from "../order.js";
import { stretches } from "./curve.js";
import { ringSides } from "./inside.js";
import { type Coverage, coverageCells, RangeList, unionOf } from "./ranges.js";
import { type Polygon, ringEdges } from "./ring.js";
import { walk } from "./walk.js";

/**
 * Nested ids, ascending, of every cell that a polygon (or any of several) touches.
 *
 * @param order 0..24
 * @throws HealpixError "polygon": a ring with fewer than three different corners, or no coordinates
 * @example coverPolygon({ rings: [[[30, -70], [30, -80], [50, -75]]], edges: "lonlat", latitude: "authalic" }, 6);
 */
export function coverPolygon(polygon: Polygon | readonly Polygon[], order: number): number[] {
  const polygons = "rings" in polygon ? [polygon] : polygon;
  return coverageCells(unionOf(polygons.map((each) => polygonCoverage(each, order))));
}

/**
 * `coverPolygon` as ranges: exactly the cells that the closed polygon touches, its edges and corners included (within
 * some micrometres).
 *
 * The edges are walked first, cell by cell. A larger cell that none of them touches is inside or outside as a whole,
 * as its centre is.
 */
export function polygonCoverage(polygon: Polygon, order: number): Coverage {
  checkOrder(order, MAX_NUMBER_ORDER);
  if (polygon.rings.length === 0) throw new HealpixError("polygon", "a polygon without rings");
  // The latitudes that the edges have: geodetic, or already on the sphere and to be taken as they are.
  const latitude: Latitude = polygon.edges === "great-circle" ? "geodetic" : polygon.latitude;
  const rings = polygon.rings.map((ring) => ringEdges(ring, polygon));
  const touched: number[] = [];
  for (const edge of rings.flat()) {
    for (const stretch of stretches(edge, LATITUDES[latitude])) walk(stretch, order, touched);
  }
  const contains = polygonTest(polygon, rings);
  return { order, ranges: fill(order, Float64Array.from(touched).sort(), latitude, contains) };
}

/** Whether a point that no edge touches is in the polygon: inside the outline and in no hole. */
function polygonTest(
  polygon: Polygon,
  rings: ReturnType<typeof ringEdges>[],
): (lon: number, lat: number) => boolean {
  const [outline, ...holes] = rings.map((ring) => ringSides(ring, polygon.edges === "lonlat"));
  const corner = (k: number): LonLat => [rings[k]?.[0]?.lon0 ?? 0, rings[k]?.[0]?.lat0 ?? 0];
  if (!outline) return () => false;
  // A hole lies in the interior, and the outline outside of every hole: that overrules guesses from areas.
  const outlineNorth =
    holes.length > 0 && outline.guessed ? outline.northOf(...corner(1)) : outline.northInside;
  const holesNorth = holes.map((hole) => (hole.guessed ? !hole.northOf(...corner(0)) : hole.northInside));
  return (lon, lat) =>
    outline.northOf(lon, lat) === outlineNorth &&
    !holes.some((hole, k) => hole.northOf(lon, lat) === holesNorth[k]);
}

/** Ranges of the touched cells and of those inside. `touched` is ascending and may repeat. */
function fill(
  order: number,
  touched: Float64Array,
  latitude: Latitude,
  contains: (lon: number, lat: number) => boolean,
): Float64Array {
  const ranges = new RangeList();
  let next = 0; // touched cells before it are dealt with
  const visit = (level: number, cell: number): void => {
    const size = POWERS_OF_4[order - level] as number;
    const stop = (cell + 1) * size;
    if (next === touched.length || (touched[next] as number) >= stop) {
      if (contains(...cellCentre(level, cell, latitude))) ranges.add(cell * size, stop);
    } else if (level === order) {
      ranges.add(cell, stop);
      while (touched[next] === cell) next++;
    } else {
      for (let child = 4 * cell; child < 4 * cell + 4; child++) visit(level + 1, child);
    }
  };
  for (let face = 0; face < 12; face++) visit(0, face);
  return ranges.toArray();
}
