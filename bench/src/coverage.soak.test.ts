import { cellOf, coveragesPerCell, polygonCoverage } from "@zagg/healpix";
import { expect, it } from "vitest";
import { footprintSides, footprints, lonLat, type Vector } from "./coverage.js";
import { mulberry32 } from "./random.js";

const POINTS = process.env.ZAGG_SOAK === "1" ? 10_000_000 : 1_000_000;

it.each([6, 9])(
  `every point of a cycle's footprints lies in a shard of order %d that lists its granule`,
  (order) => {
    const polygons = footprints();
    const coverages = polygons.map((polygon) => polygonCoverage(polygon, order));
    const random = mulberry32(order);
    const perFootprint = Math.ceil(POINTS / polygons.length);
    let omissions = 0;
    polygons.forEach((_, granule) => {
      const { left, right } = footprintSides(granule);
      const cells = new Set<number>();
      for (let n = 0; n < perFootprint; n++) {
        // A positive mixture of four corners that follow each other lies inside them, on the sphere too.
        const step = Math.floor(random() * (left.length - 1));
        const corners = [left[step], left[step + 1], right[step], right[step + 1]] as Vector[];
        const weights = corners.map(() => random());
        const mixture = ([0, 1, 2] as const).map((axis) =>
          corners.reduce((sum, corner, k) => sum + (weights[k] ?? 0) * corner[axis], 0),
        ) as unknown as Vector;
        const [lon, lat] = lonLat(mixture);
        cells.add(cellOf(order, lon, lat, "geodetic"));
      }
      const shards = [...cells].sort((a, b) => a - b);
      const found = coveragesPerCell([coverages[granule] ?? { order, ranges: new Float64Array() }], shards);
      omissions += found.filter((list) => list.length === 0).length;
    });
    expect(omissions).toBe(0);
  },
);
