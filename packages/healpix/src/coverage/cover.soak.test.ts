import { describe, expect, it } from "vitest";
import { cellOf } from "../cell.js";
import { cellCentre, type LonLat } from "../centre.js";
import { coverPolygon } from "./cover.js";
import type { Polygon } from "./ring.js";
import { edgesTouch, lonLat, s2Loop, s2Point, vector } from "./s2.oracle.js";

const POLYGONS = process.env.ZAGG_SOAK === "1" ? 10_000 : 1_000;
const POINTS = 100;
const DEGREE = Math.PI / 180;

/** Uniform numbers in [0, 1) from a seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The point so far (radians) ahead of a centre along an azimuth, then so far to the right of that great circle. */
function offset(centre: LonLat, ahead: number, azimuth: number, right = 0): LonLat {
  const [lon, lat] = [centre[0] * DEGREE, centre[1] * DEGREE];
  const east = [-Math.sin(lon), Math.cos(lon), 0];
  const north = [-Math.sin(lat) * Math.cos(lon), -Math.sin(lat) * Math.sin(lon), Math.cos(lat)];
  const [sin, cos] = [Math.sin(azimuth), Math.cos(azimuth)];
  const [x = 0, y = 0, z = 0] = vector(centre).map((v, k) => {
    const [e = 0, n = 0] = [east[k], north[k]];
    const along = v * Math.cos(ahead) + (sin * e + cos * n) * Math.sin(ahead);
    return along * Math.cos(right) + (cos * e - sin * n) * Math.sin(right);
  });
  return lonLat([x, y, z]);
}

interface Sample {
  readonly rings: LonLat[][];
  readonly centre: LonLat;
  readonly radius: number;
}

/** Stars around a centre, whose edges cannot cross; slivers along great circles; some with a hole. */
function randomPolygon(random: () => number): Sample {
  const kind = random();
  const centre: LonLat =
    kind < 0.2
      ? [360 * random() - 180, 90 - 2 * random()]
      : kind < 0.4
        ? [360 * random() - 180, -90 + 2 * random()]
        : kind < 0.6
          ? [180 - 4 * random(), 180 * random() - 90]
          : [360 * random() - 180, (Math.asin(2 * random() - 1) * 180) / Math.PI];
  // From some kilometres to more than a hemisphere.
  const radius = random() < 0.1 ? (80 + 25 * random()) * DEGREE : 0.001 * 700 ** random();
  const first = 2 * Math.PI * random();
  if (random() < 0.2) {
    const along = Math.min(radius, 1.4);
    const width = along * 10 ** (-1 - 5 * random());
    const side = (ahead: number, right: number) => offset(centre, ahead, first, right);
    const ring = [
      side(0, 0),
      side(along, 0),
      side(along, width),
      side(along / 2, 1.5 * width),
      side(0, width),
    ];
    return { rings: [ring], centre, radius: along };
  }
  const corners = 4 + Math.floor(20 * random());
  const star = (scale: number, jitter: number) =>
    Array.from({ length: corners }, (_, k) => {
      const azimuth = first + ((k + 0.7 * random()) / corners) * 2 * Math.PI;
      return offset(centre, radius * scale * (1 - jitter * random()), azimuth);
    });
  const hole = random() < 0.3 && radius < 1.2;
  // With 16 corners and more the outline stays outside of 0.4 radii, and the hole inside.
  const rings = hole && corners >= 16 ? [star(1, 0.2), star(0.4, 0.5)] : [star(1, 0.7)];
  return { rings, centre, radius };
}

describe("coverage of random polygons, beside S2", () => {
  it(`misses no point of ${POLYGONS} polygons, and has no cell that they do not touch`, () => {
    const random = generator(20_261_122);
    let [inside, outside, edgeCells] = [0, 0, 0];
    for (let n = 0; n < POLYGONS; n++) {
      const { rings, centre, radius } = randomPolygon(random);
      const finest = Math.min(14, Math.max(0, Math.floor(Math.log2(30 / radius))));
      const order = Math.floor(random() * (finest + 1));
      const polygon: Polygon = { rings, edges: "great-circle", latitude: "geodetic" };
      const cells = new Set(coverPolygon(polygon, order));
      const [outline, ...holes] = rings.map(s2Loop);
      const contains = (point: LonLat) =>
        (outline?.containsPoint(s2Point(point)) ?? false) &&
        !holes.some((loop) => loop.containsPoint(s2Point(point)));
      const touched = new Map<number, boolean>();
      const onEdge = (cell: number) => {
        const known = touched.get(cell) ?? rings.some((ring) => edgesTouch(ring, order, cell));
        touched.set(cell, known);
        return known;
      };
      for (let k = 0; k < POINTS; k++) {
        const corner = rings[0]?.[Math.floor(random() * (rings[0]?.length ?? 0))] ?? centre;
        const point =
          k % 2 === 0
            ? offset(centre, 1.2 * radius * Math.sqrt(random()), 2 * Math.PI * random())
            : offset(corner, 0.1 * radius * random() ** 4, 2 * Math.PI * random());
        const cell = cellOf(order, point[0], point[1], "geodetic");
        if (contains(point)) {
          inside++;
          if (!cells.has(cell)) expect.fail(`polygon ${n}: cell ${cell} of order ${order} is missing`);
        } else {
          outside++;
          if (!cells.has(cell)) continue;
          edgeCells++;
          if (!onEdge(cell)) expect.fail(`polygon ${n}: cell ${cell} of order ${order} is not touched`);
        }
      }
      const sample = [...cells];
      for (let k = 0; k < 5; k++) {
        const cell = sample[Math.floor(random() * sample.length)] ?? 0;
        if (contains(cellCentre(order, cell, "geodetic")) || onEdge(cell)) continue;
        expect.fail(`polygon ${n}: cell ${cell} of order ${order} is superfluous`);
      }
    }
    expect(Math.min(inside, outside, edgeCells)).toBeGreaterThan(POLYGONS);
  });
});
