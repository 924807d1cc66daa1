import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dataPath, sharedData } from "@zagg/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellBoundary } from "./boundary.js";
import { cellOf } from "./cell.js";
import { cellCentre } from "./centre.js";
import { isHealpixError } from "./error.js";
import { childrenOf, parentOf } from "./family.js";
import { cellOfMorton, mortonOf, mortonRange } from "./morton.js";

function csv(text: string): string[][] {
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => line.trim().split(","));
}

function readJson<T>(name: string): T {
  // Morton ids of order 18 have 19 digits: kept as strings.
  const text = readFileSync(dataPath("morton", name), "utf8");
  return JSON.parse(text.replace(/([[:,]\s*)(-?\d{16,})(?=\s*[\],}])/g, '$1"$2"')) as T;
}

describe("morton ids", () => {
  it("follow the worked examples", () => {
    expect(mortonOf(6, 8 * 4096)).toBe(-3111111n);
    expect(mortonOf(6, cellOf(6, -100.25, -75.5, "geodetic"))).toBe(-5121132n);
    expect(mortonOf(12, cellOf(12, -100.25, -75.5, "geodetic"))).toBe(-5121132231112n);
    expect(mortonOf(18, cellOf(18, -100.25, -75.5, "geodetic"))).toBe(-5121132231112224412n);
    expect(mortonOf(6, cellOf(6, 0, 0, "geodetic"))).toBe(5411111n);
    expect(mortonOf(6, cellOf(6, 0, 70, "geodetic"))).toBe(1433433n);
    expect(mortonOf(6, cellOf(6, -122, 45, "geodetic"))).toBe(3234123n);
    expect(cellOfMorton("-5111131")).toEqual({ order: 6, cell: 40968n });
    expect(cellOfMorton(6n)).toEqual({ order: 0, cell: 5n });
  });

  it("come back as the cell they were made of, at every order", () => {
    const orderAndPart = fc.tuple(
      fc.integer({ min: 0, max: 29 }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    );
    fc.assert(
      fc.property(orderAndPart, ([order, part]) => {
        const cell = part % (12n << BigInt(2 * order));
        expect(cellOfMorton(mortonOf(order, cell))).toEqual({ order, cell });
        expect(cellOfMorton(String(mortonOf(order, cell)))).toEqual({ order, cell });
      }),
    );
  });

  it("are the same in runs as one by one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 18 }),
        fc.nat(),
        fc.integer({ min: 0, max: 3000 }),
        (order, at, length) => {
          const count = 12 * 4 ** order;
          const first = at % count;
          const run = mortonRange(order, first, new BigInt64Array(Math.min(length, count - first)));
          for (let i = 0; i < run.length; i += 97) expect(run[i]).toBe(mortonOf(order, first + i));
          if (run.length > 0) expect(run.at(-1)).toBe(mortonOf(order, first + run.length - 1));
        },
      ),
    );
  });

  it.each(["", "0", "7111", "-5111151", "511113 ", "+511", "5.1", "1e3", `1${"1".repeat(30)}`])(
    "refuse %j",
    (text) => {
      expect(() => cellOfMorton(text)).toThrow(/is no morton id/);
      try {
        cellOfMorton(text);
      } catch (error) {
        expect(isHealpixError(error) && error.code).toBe("morton");
      }
    },
  );
});

describe.skipIf(!sharedData.present)(`mortie's vectors (${sharedData.reason})`, () => {
  it("agree on every point that lies on no cell's edge, and follow healpy on the rest", () => {
    const rows = csv(gunzipSync(readFileSync(dataPath("morton", "geo2mort.csv.gz"))).toString());
    expect(rows.length).toBe(21_702);
    let agreeing = 0;
    const unlikeHealpy: string[] = [];
    for (const [lat, lon, order, nest, morton, , healpyNest, , agree] of rows) {
      const cell = cellOf(Number(order), Number(lon), Number(lat), "geodetic");
      if (cell !== Number(healpyNest)) unlikeHealpy.push(`${lat},${lon},${order}`);
      if (agree !== "1") continue;
      agreeing++;
      expect(cell).toBe(Number(nest));
      expect(mortonOf(Number(order), cell)).toBe(BigInt(morton ?? ""));
    }
    expect(agreeing).toBe(21_702 - 499);
    expect(unlikeHealpy).toEqual([]);
  });

  it("agree on centres, clipped ids, children and encodings", () => {
    for (const [order, nest, lon, lat, morton] of csv(
      readFileSync(dataPath("morton", "pix2ang.csv"), "utf8"),
    )) {
      // mortie's inverse projection is off by up to 4e-9 degrees; healpy's and ours agree to 1e-14 rad.
      const centre = cellCentre(Number(order), Number(nest), "geodetic");
      expect(Math.abs(centre[1] - Number(lat))).toBeLessThan(1e-8);
      expect(Math.abs(((centre[0] - Number(lon) + 540) % 360) - 180)).toBeLessThan(1e-8);
      expect(mortonOf(Number(order), Number(nest))).toBe(BigInt(morton ?? ""));
    }
    for (const [full, ...clips] of csv(readFileSync(dataPath("morton", "clip2order.csv"), "utf8"))) {
      const { order, cell } = cellOfMorton(full ?? "");
      [1, 4, 6, 8, 12, 17, 18].forEach((to, k) => {
        expect(mortonOf(to, parentOf(order, cell, to))).toBe(BigInt(clips[k] ?? ""));
      });
    }
    const families = readJson<
      { parent: number; target: number; n: number; children?: (number | string)[] }[]
    >("generate_morton_children.json");
    for (const { parent, target, n, children: theirs } of families) {
      const { order, cell } = cellOfMorton(BigInt(parent));
      const { first, count } = childrenOf(order, Number(cell), target);
      expect(count).toBe(n);
      if (theirs)
        expect([...mortonRange(target, first, new BigInt64Array(count))]).toEqual(theirs.map(BigInt));
    }
    const encodings = readJson<{ order: number; nest: number; morton: number | string }[]>("encoding.json");
    for (const { order, nest, morton } of encodings) expect(mortonOf(order, nest)).toBe(BigInt(morton));
  });

  it("agree on the rings of cells with 1, 2 and 32 points per side", () => {
    type Ring = [lat: number, lon: number][];
    interface Outline {
      readonly order: number;
      readonly nest: number;
      readonly step1: Ring;
      readonly step2: Ring;
      readonly step32: Ring;
    }
    for (const outline of readJson<Outline[]>("mort2polygon.json")) {
      for (const step of [1, 2, 32] as const) {
        const ours = cellBoundary(outline.order, outline.nest, { latitude: "geodetic", step });
        // With more than one point per side mortie's rings turn the other way round.
        const theirs = step === 1 ? outline.step1 : outline[`step${step}`].toReversed();
        expect(ours.length).toBe(theirs.length);
        ours.forEach(([lon, lat], k) => {
          const [theirLat, theirLon] = theirs[k] ?? [9, 9];
          expect(Math.abs(lat - theirLat)).toBeLessThan(1e-8);
          expect(Math.abs(((lon - theirLon + 540) % 360) - 180)).toBeLessThan(1e-8);
        });
      }
    }
  });

  it("write ids of orders up to 29 as mortie 1 prints them", () => {
    interface Record {
      readonly order: number;
      readonly nested: number | string;
      readonly decimal_repr: string;
    }
    const { records } = readJson<{ records: Record[] }>("later/packed_u64_golden.json");
    expect(records.length).toBe(1080);
    for (const { order, nested, decimal_repr } of records) {
      expect(String(mortonOf(order, BigInt(nested)))).toBe(decimal_repr);
    }
  });
});
