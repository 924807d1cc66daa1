import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { cellBoundary } from "./boundary.js";
import { cellOf, cellOf64, cellsOf, cellsOf64 } from "./cell.js";
import { cellCentre } from "./centre.js";
import { neighbours } from "./neighbours.js";

interface PixelVector {
  readonly order: number;
  readonly nest: bigint;
  readonly lon: number;
  readonly lat: number;
  readonly neighbours_SW_W_NW_N_NE_E_SE_S: readonly bigint[];
  readonly corners_xyz?: readonly (readonly [number, number, number])[];
}

/** JSON whose integers of 16 digits and more arrive as bigint: they may exceed 2^53. */
function readExact(...path: string[]): unknown {
  const text = readFileSync(dataPath(...path), "utf8");
  const quoted = text.replace(/([[:,]\s*)(-?\d{16,})(?=\s*[\],}])/g, '$1"#$2"');
  return JSON.parse(quoted, (_, value: unknown) =>
    typeof value === "string" && value.startsWith("#") ? BigInt(value.slice(1)) : value,
  );
}

function unit([lon, lat]: readonly [number, number]): [number, number, number] {
  const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((v, i) => v - (b[i] ?? Number.NaN)));
}

describe.skipIf(!sharedData.present)(`healpy's vectors (${sharedData.reason})`, () => {
  it("puts every point into healpy's cell, one by one and as arrays, at orders 0 to 29", () => {
    const { rows } = readExact("healpix", "healpy_ang2pix_nest.json") as {
      rows: [lat: number, lon: number, order: number, nest: number | bigint][];
    };
    expect(rows.length).toBe(4000);
    const orders = new Set(rows.map((row) => row[2]));
    expect(Math.max(...orders)).toBe(29);
    for (const order of orders) {
      const some = rows.filter((row) => row[2] === order);
      const lat = Float64Array.from(some, (row) => row[0]);
      const lon = Float64Array.from(some, (row) => row[1]);
      const nest = some.map((row) => BigInt(row[3]));
      expect([...cellsOf64(order, lon, lat, "geodetic")]).toEqual(nest);
      expect(some.map((row) => cellOf64(order, row[1], row[0], "geodetic"))).toEqual(nest);
      if (order > 24) continue;
      expect([...cellsOf(order, lon, lat, "geodetic")]).toEqual(nest.map(Number));
      expect(some.map((row) => cellOf(order, row[1], row[0], "geodetic"))).toEqual(nest.map(Number));
    }
  });

  it("has healpy's centres, neighbours and corners", () => {
    const pixels = readExact("healpix", "healpy_pix_vectors.json") as PixelVector[];
    expect(pixels.length).toBe(732);
    for (const pixel of pixels) {
      const cell = BigInt(pixel.nest);
      const centre = unit(cellCentre(pixel.order, cell, "geodetic"));
      expect(distance(centre, unit([pixel.lon, pixel.lat]))).toBeLessThan(1e-14);
      expect(neighbours(pixel.order, cell)).toEqual(pixel.neighbours_SW_W_NW_N_NE_E_SE_S.map(BigInt));
      const corners = cellBoundary(pixel.order, cell, { latitude: "geodetic" }).slice(0, 4).map(unit);
      pixel.corners_xyz?.forEach((theirs, k) => {
        expect(distance(theirs, corners[k] ?? [])).toBeLessThan(1e-14);
      });
    }
  });
});
