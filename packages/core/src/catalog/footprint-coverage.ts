import { type Coverage, type LonLat, polygonCoverage, unionOf } from "@zagg/healpix";
import type { Footprint } from "./granule-info.js";
import type { CatalogGrid } from "./grid.js";
import type { Bbox } from "./model.js";
import { spanCoverage } from "./region.js";

/** Polar radius, km: the smallest, so that a buffer is never too narrow. */
const EARTH_RADIUS_KM = 6356.75;
/** Geodetic latitudes taken as spherical, and authalic ones, stretch distances by less than 1 %. */
const STRETCH = 1.01;
const DEGREE = Math.PI / 180;

/** Cells of the parent order that a granule's footprint touches, or that lie within `bufferKm` of it. */
export function footprintCoverage(footprint: Footprint, grid: CatalogGrid, bufferKm = 0): Coverage {
  const { parentOrder, latitude } = grid;
  const buffer = (bufferKm / EARTH_RADIUS_KM / DEGREE) * STRETCH;
  const coverages = footprint.polygons.flatMap(({ boundary, holes }) => {
    const own = polygonCoverage(
      { rings: [boundary, ...holes], edges: "great-circle", latitude },
      parentOrder,
    );
    if (buffer === 0) return [own];
    const rims = [boundary, ...holes].flatMap((ring) =>
      ring.slice(1).map((end, i) => widened(ring[i] as LonLat, end, buffer)),
    );
    return [
      own,
      ...rims.map((rim) => polygonCoverage({ rings: [rim], edges: "great-circle", latitude }, parentOrder)),
    ];
  });
  const boxes = footprint.boxes.map((box) => grownBox(box, buffer, grid));
  return unionOf([...coverages, ...boxes]);
}

/** A box around a great-circle edge: `buffer` degrees to either side and beyond both ends. */
function widened(start: LonLat, end: LonLat, buffer: number): LonLat[] {
  const [a, b] = [vector(start), vector(end)];
  const normal = unit(cross(a, b)) ?? unit(cross(a, [0, 0, 1])) ?? [1, 0, 0];
  const [from, to] = [turned(a, cross(normal, a), -buffer), turned(b, cross(normal, b), buffer)];
  return [
    turned(from, normal, buffer),
    turned(to, normal, buffer),
    turned(to, normal, -buffer),
    turned(from, normal, -buffer),
  ].map(lonLat);
}

/** As bboxCoverage, of a box and all within `buffer` degrees of it. */
function grownBox([west, south, east, north]: Bbox, buffer: number, grid: CatalogGrid): Coverage {
  const [low, high] = [Math.max(-90, south - buffer), Math.min(90, north + buffer)];
  // How far east a circle of the buffer's radius reaches, nearest to a pole; all the way round beside one.
  const sine = Math.sin(buffer * DEGREE) / Math.cos(Math.max(Math.abs(south), Math.abs(north)) * DEGREE);
  const side = sine < 1 ? Math.asin(sine) / DEGREE : 180;
  const width = (east < west ? east + 360 - west : east - west) + 2 * side;
  return width < 360
    ? spanCoverage({ west: west - side, width }, low, high, grid)
    : spanCoverage({ west: -180, width: 360 }, low, high, grid);
}

type Vector = readonly [number, number, number];

function vector([lon, lat]: LonLat): Vector {
  const r = Math.cos(lat * DEGREE);
  return [r * Math.cos(lon * DEGREE), r * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE)];
}

function lonLat([x, y, z]: Vector): LonLat {
  return [Math.atan2(y, x) / DEGREE, Math.atan2(z, Math.hypot(x, y)) / DEGREE];
}

/** The point `degrees` from `at` in a direction perpendicular to it. */
function turned(at: Vector, direction: Vector, degrees: number): Vector {
  const [c, s] = [Math.cos(degrees * DEGREE), Math.sin(degrees * DEGREE)];
  return [c * at[0] + s * direction[0], c * at[1] + s * direction[1], c * at[2] + s * direction[2]];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit([x, y, z]: Vector): Vector | undefined {
  const length = Math.hypot(x, y, z);
  return length < 1e-12 ? undefined : [x / length, y / length, z / length];
}
