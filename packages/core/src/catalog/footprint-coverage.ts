import { type Coverage, type LonLat, polygonCoverage, type ShardGrid, unionOf } from "@zagg/healpix";
import { degreesOf, grownBbox, widthOf } from "./box.js";
import type { Footprint } from "./granule-info.js";
import type { Bbox } from "./model.js";
import { bboxCoverage } from "./region.js";

const DEGREE = Math.PI / 180;

/** Cells of the parent order that a granule's footprint touches, or that lie within `bufferKm` of it. */
export function footprintCoverage(footprint: Footprint, grid: ShardGrid, bufferKm = 0): Coverage {
  const { parentOrder, latitude } = grid;
  const buffer = degreesOf(bufferKm);
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
  const boxes = footprint.boxes.map((box) =>
    bboxCoverage(grownBbox(box, Math.max(bufferKm, isFlat(box) ? FLAT_KM : 0)), grid),
  );
  const aside = degreesOf(Math.max(bufferKm, FLAT_KM));
  const lines = (footprint.lines ?? []).flatMap((line) =>
    line.slice(1).map((end, i) => {
      const rim = widened(line[i] as LonLat, end, aside);
      return polygonCoverage({ rings: [rim], edges: "great-circle", latitude }, parentOrder);
    }),
  );
  return unionOf([...coverages, ...boxes, ...lines]);
}

/** A line, or a box that is one or a point, has no area to be covered: it gets a metre. */
const FLAT_KM = 0.001;

function isFlat([west, south, east, north]: Bbox): boolean {
  return south === north || widthOf(west, east) === 0;
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
