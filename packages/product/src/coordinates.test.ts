import { cellOf } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { coordinateValues } from "./coordinates.js";
import type { ProductSpec } from "./spec.js";

const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: {},
  variables: {},
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: {},
  groupAttrs: {},
};

describe("coordinates", () => {
  const centres = {
    latitude: { dtype: "float64", fillValue: "NaN", attrs: {} },
    longitude: { dtype: "float32", fillValue: "NaN", attrs: {} },
  } as const;

  test("centres of the cells, in degrees", () => {
    for (const latitude of ["authalic", "geodetic"] as const) {
      const spec = { ...SPEC, coordinates: centres, grid: { ...SPEC.grid, latitude } };
      const lat = coordinateValues(spec, "latitude", 2);
      const lon = coordinateValues(spec, "longitude", 2);
      expect([lat.length, lon.length]).toEqual([16, 16]);
      for (let rank = 0; rank < 16; rank++) {
        expect(cellOf(3, Number(lon[rank]), Number(lat[rank]), latitude)).toBe(33 * 16 + rank);
      }
    }
    expect(coordinateValues({ ...SPEC, coordinates: centres }, "longitude", 0)).toBeInstanceOf(Float32Array);
  });

  test("ids beyond 2^53, where numbers would lose digits", () => {
    const shards = [12 * 4 ** 24 - 1];
    const spec = {
      ...SPEC,
      grid: { parentOrder: 24, childOrder: 29, latitude: "authalic" },
      shards,
    } as const;
    const ids = coordinateValues(spec, "cell_ids", 0);
    expect([ids[0], ids[1023]]).toEqual([12n * 4n ** 29n - 1024n, 12n * 4n ** 29n - 1n]);
    // The last cells of the sphere lie at the eastern corner of base cell 11.
    const lat = coordinateValues({ ...spec, coordinates: centres }, "latitude", 0);
    expect(lat[1023]).toBeCloseTo(0, 6);
  });
});
