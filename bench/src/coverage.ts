import {
  coverageCells,
  coveragesPerCell,
  type LonLat,
  type Polygon,
  polygonCoverage,
  unionOf,
} from "@zagg/healpix";
import type { Line } from "./line.js";

/** Granules of one ICESat-2 cycle over Antarctica (cycle 22 has this many). */
const FOOTPRINTS = 4103;
const TRACKS = 1387;
const INCLINATION = (92 * Math.PI) / 180;
/** Half the distance between the outer beams, and a little, in radians. */
const HALF_WIDTH = 3.6 / 6371;
/** Corners along each side of a footprint: with the ends CMR gives about fifty. */
const STEPS = 24;

/** Ends of a granule along its orbit, degrees from the ascending node: going south, across the south, going north. */
const SEGMENTS = [
  [-129.5, -101],
  [-101, -79],
  [-79, -50.5],
] as const;

/** The two sides of a footprint, corner by corner, as unit vectors. */
export function footprintSides(granule: number): { left: Vector[]; right: Vector[] } {
  const track = Math.floor(granule / SEGMENTS.length) % TRACKS;
  const [start, stop] = SEGMENTS[granule % SEGMENTS.length] as readonly [number, number];
  const node = (2 * Math.PI * track * 29) / TRACKS;
  const left: Vector[] = [];
  const right: Vector[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const along = ((start + ((stop - start) * step) / STEPS) * Math.PI) / 180;
    const [x, y, z] = [
      Math.cos(along),
      Math.sin(along) * Math.cos(INCLINATION),
      Math.sin(along) * Math.sin(INCLINATION),
    ];
    // Across the track: the orbit's pole.
    const [px, py, pz] = [0, -Math.sin(INCLINATION), Math.cos(INCLINATION)];
    for (const [side, offset] of [
      [left, HALF_WIDTH],
      [right, -HALF_WIDTH],
    ] as const) {
      const [ox, oy, oz] = [x + offset * px, y + offset * py, z + offset * pz];
      side.push([ox * Math.cos(node) - oy * Math.sin(node), ox * Math.sin(node) + oy * Math.cos(node), oz]);
    }
  }
  return { left, right };
}

export type Vector = readonly [x: number, y: number, z: number];

/** Longitude and latitude in degrees of a vector of any length. */
export function lonLat([x, y, z]: Vector): LonLat {
  return [(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI];
}

/** The footprints of a synthetic cycle, long thin rings along true ground tracks. */
export function footprints(count = FOOTPRINTS): Polygon[] {
  return Array.from({ length: count }, (_, granule) => {
    const { left, right } = footprintSides(granule);
    const ring = [...left, ...right.reverse()].map(lonLat);
    return { rings: [ring], edges: "great-circle", latitude: "geodetic" };
  });
}

/** CPU seconds to map every footprint to the shards it touches, at the default order and at a fine one. */
export function benchCoverage(): Line[] {
  const polygons = footprints();
  return [6, 9].map((order) => {
    const start = process.cpuUsage();
    const coverages = polygons.map((polygon) => polygonCoverage(polygon, order));
    const shards = coverageCells(unionOf(coverages));
    const granules = coveragesPerCell(coverages, shards);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    const pairs = granules.reduce((sum, list) => sum + list.length, 0);
    return {
      name: `${polygons.length} footprints to shards of order ${order}`,
      seconds,
      note: `${shards.length} shards, ${pairs} granule-shard pairs`,
    };
  });
}
