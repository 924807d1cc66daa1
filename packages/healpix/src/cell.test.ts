import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellBoundary } from "./boundary.js";
import { cellOf, cellOf64, cellsOf, cellsOf64 } from "./cell.js";
import { cellCentre, cellCentres } from "./centre.js";
import { isHealpixError } from "./error.js";
import { childrenOf, parentOf } from "./family.js";
import { geodeticLatitude, type Latitude } from "./latitude.js";
import { neighbours } from "./neighbours.js";
import { cellCount } from "./order.js";

const order29 = fc.integer({ min: 0, max: 29 });
const order24 = fc.integer({ min: 0, max: 24 });
const latitude = fc.constantFrom<Latitude>("authalic", "geodetic");
const lon = fc.double({ min: -360, max: 360, noNaN: true });
const lat = fc.oneof(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.double({ min: 89.9, max: 90, noNaN: true }),
  fc.double({ min: -90, max: -89.9, noNaN: true }),
);
const someCell = fc
  .tuple(order29, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
  .map(([order, part]) => [order, part % (12n << BigInt(2 * order))] as const);

describe("cells", () => {
  it("hold their centres, whatever the order and the latitude", () => {
    fc.assert(
      fc.property(someCell, latitude, ([order, cell], convention) => {
        const [x, y] = cellCentre(order, cell, convention);
        expect(x > -180 && x <= 180 && Math.abs(y) < 90).toBe(true);
        // Within 1e-15 rad of a pole, degrees cannot tell order-29 cells apart.
        if (order > 26 && Math.abs(y) > 89) return;
        expect(cellOf64(order, x, y, convention)).toBe(cell);
      }),
      { numRuns: 2000 },
    );
  });

  it("nest: the cell at a coarser order is the parent", () => {
    fc.assert(
      fc.property(order29, order29, lon, lat, latitude, (a, b, x, y, convention) => {
        const [coarse, fine] = a < b ? [a, b] : [b, a];
        const cell = cellOf64(fine, x, y, convention);
        expect(parentOf(fine, cell, coarse)).toBe(cellOf64(coarse, x, y, convention));
        const { first, count } = childrenOf(coarse, parentOf(fine, cell, coarse), fine);
        expect(cell >= first && cell < first + count).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("are the same as number, as bigint and in arrays longer than a block", () => {
    fc.assert(
      fc.property(
        order24,
        fc.array(fc.tuple(lon, lat), { minLength: 1, maxLength: 40 }),
        latitude,
        (order, points, convention) => {
          const repeats = Math.ceil(2500 / points.length);
          const many = Array.from({ length: repeats }, () => points).flat();
          const lons = Float64Array.from(many, (p) => p[0]);
          const lats = Float64Array.from(many, (p) => p[1]);
          const expected = points.map(([x, y]) => cellOf(order, x, y, convention));
          const all = many.map((_, k) => expected[k % points.length]);
          expect([...cellsOf(order, lons, lats, convention)]).toEqual(all);
          expect([...cellsOf64(order, lons, lats, convention)].map(Number)).toEqual(all);
          expect(points.map(([x, y]) => Number(cellOf64(order, x, y, convention)))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [Number.NaN, 0],
    [0, Number.NaN],
    [3.4028234663852886e38, 3.4028234663852886e38],
    [0, 90.0000001],
    [0, -91],
    [360.1, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])("have no place for lon %d, lat %d", (x, y) => {
    expect(cellOf(12, x, y, "authalic")).toBe(-1);
    expect(cellOf64(29, x, y, "geodetic")).toBe(-1n);
    expect([...cellsOf(12, Float64Array.of(0, x), Float64Array.of(0, y), "geodetic")].at(1)).toBe(-1);
    expect([...cellsOf64(29, Float64Array.of(0, x), Float64Array.of(0, y), "geodetic")].at(1)).toBe(-1n);
  });

  it("do not care about whole turns of longitude", () => {
    for (const y of [-90, -60, -10, 0, 41.8, 75, 90]) {
      for (let x = 0.1; x <= 360; x += 22.5) {
        expect(cellOf(9, x, y, "authalic")).toBe(cellOf(9, x - 360, y, "authalic"));
      }
    }
  });

  it("reach from the equator to sin β = 2/3: farther in geodetic latitude, if that is turned into authalic", () => {
    const beltEnd = (convention: Latitude) => cellBoundary(0, 0, { latitude: convention })[1]?.[1];
    expect(beltEnd("geodetic")).toBeCloseTo(41.8103148957786, 12);
    expect(beltEnd("authalic")).toBeCloseTo(geodeticLatitude(41.8103148957786), 12);
  });

  it("refuse orders and ids that do not exist, by a typed error", () => {
    for (const order of [-1, 30, 2.5, Number.NaN]) {
      expect(() => cellOf64(order, 0, 0, "authalic")).toThrow(/order/);
    }
    expect(() => cellOf(25, 0, 0, "authalic")).toThrow(/bigint/);
    expect(() => cellCentre(2, cellCount(2), "authalic")).toThrow(/no nested id/);
    expect(() => cellCentre(2, 1.5, "authalic")).toThrow(/no nested id/);
    expect(() => childrenOf(3, 0, 2)).toThrow(/order/);
    expect(() => parentOf(3, 0, 4)).toThrow(/order/);
    expect(() => cellsOf(3, new Float64Array(2), new Float64Array(3), "authalic")).toThrow(/longitudes/);
    try {
      cellOf(30, 0, 0, "authalic");
    } catch (error) {
      expect(isHealpixError(error) && error.code).toBe("order");
    }
  });
});

describe("centres as arrays", () => {
  it("are those of the cells one by one", () => {
    const cells = Float64Array.from({ length: 12 * 64 }, (_, k) => k);
    for (const convention of ["authalic", "geodetic"] as const) {
      const centres = cellCentres(3, cells, convention);
      cells.forEach((cell, k) => {
        expect([centres.lon[k], centres.lat[k]]).toEqual(cellCentre(3, cell, convention));
      });
    }
  });
});

describe("boundaries", () => {
  it("are closed, counter-clockwise from the northern corner, and run along the neighbours", () => {
    fc.assert(
      fc.property(
        order24,
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        latitude,
        (order, at, step, convention) => {
          const cell = at % cellCount(order);
          const ring = cellBoundary(order, cell, { latitude: convention, step });
          expect(ring.length).toBe(4 * step + 1);
          expect(ring.at(-1)).toEqual(ring[0]);
          const lats = ring.map((point) => point[1]);
          expect(Math.max(...lats)).toBe(lats[0]);
          expect(Math.min(...lats)).toBe(lats[2 * step]);
          const around = new Set([cell, ...neighbours(order, cell)]);
          if (order < 20)
            for (const [x, y] of ring) expect(around).toContain(cellOf(order, x, y, convention));
        },
      ),
    );
    expect(() => cellBoundary(3, 0, { latitude: "authalic", step: 0 })).toThrow(/points per side/);
  });
});

describe("neighbours", () => {
  it("are mutual, distinct, and touch: every cell of orders 0 to 4", () => {
    for (let order = 0; order <= 4; order++) {
      let missing = 0;
      for (let cell = 0; cell < cellCount(order); cell++) {
        const around = neighbours(order, cell).filter((n) => n >= 0);
        missing += 8 - around.length;
        if (order > 0) expect(new Set(around).size).toBe(around.length);
        expect(around).not.toContain(cell);
        for (const other of around) expect(neighbours(order, other)).toContain(cell);
      }
      // Eight vertices of the sphere have three base cells, and each of the three cells there lacks one neighbour.
      expect(missing).toBe(24);
    }
  });

  it("are mutual at every order", () => {
    fc.assert(
      fc.property(someCell, ([order, cell]) => {
        for (const other of neighbours(order, cell)) {
          if (other >= 0n) expect(neighbours(order, other)).toContain(cell);
        }
      }),
    );
  });
});
