import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellCount } from "../order.js";
import {
  coarserCoverage,
  coverageCells,
  coverageCount,
  coverageOf,
  coveragesPerCell,
  multiOrderCells,
  unionOf,
} from "./ranges.js";

const order = 3;
const cells = fc.array(fc.nat(cellCount(order) - 1));
const ascending = (list: Iterable<number>) => [...new Set(list)].sort((a, b) => a - b);

describe("coverages", () => {
  it("hold each cell once, ascending, in ranges that do not meet", () => {
    fc.assert(
      fc.property(cells, (list) => {
        const coverage = coverageOf(order, list);
        expect(coverageCells(coverage)).toEqual(ascending(list));
        expect(coverageCount(coverage)).toBe(new Set(list).size);
        for (let k = 1; k < coverage.ranges.length; k++) {
          expect(coverage.ranges[k]).toBeGreaterThan(coverage.ranges[k - 1] ?? Number.NaN);
        }
      }),
    );
  });

  it("unite as sets do", () => {
    fc.assert(
      fc.property(fc.array(cells), (lists) => {
        const union = unionOf(lists.map((list) => coverageOf(order, list)));
        expect(coverageCells(union)).toEqual(ascending(lists.flat()));
      }),
    );
    expect(() => unionOf([coverageOf(1, [0]), coverageOf(2, [0])])).toThrow(/orders 1 and 2/);
  });

  it("are the same as cells of several orders, no four of which make one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(cellCount(order) - 1), { maxLength: 700, minLength: 400 }), (list) => {
        const parts = multiOrderCells(coverageOf(order, list));
        const back = parts.flatMap(([level, cell]) => {
          const size = 4 ** (order - level);
          return Array.from({ length: size }, (_, k) => cell * size + k);
        });
        expect(back).toEqual(ascending(list));
        const names = new Set(parts.map(([level, cell]) => `${level}/${cell}`));
        for (const [level, cell] of parts) {
          if (level === 0) continue;
          const first = cell - (cell % 4);
          expect([0, 1, 2, 3].every((k) => names.has(`${level}/${first + k}`))).toBe(false);
        }
      }),
    );
  });

  it("become coarser by their parents", () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 0, max: order }), (list, to) => {
        const coarse = coarserCoverage(coverageOf(order, list), to);
        expect(coverageCells(coarse)).toEqual(
          ascending(list.map((cell) => Math.floor(cell / 4 ** (order - to)))),
        );
      }),
    );
    expect(() => coarserCoverage(coverageOf(2, [0]), 3)).toThrow(/order/);
  });

  it("say which of them reach which cell", () => {
    fc.assert(
      fc.property(fc.array(cells), cells, (lists, wanted) => {
        const shards = ascending(wanted);
        const found = coveragesPerCell(
          lists.map((list) => coverageOf(order, list)),
          shards,
        );
        expect(found).toEqual(
          shards.map((shard) => lists.flatMap((list, k) => (list.includes(shard) ? [k] : []))),
        );
      }),
    );
  });
});
