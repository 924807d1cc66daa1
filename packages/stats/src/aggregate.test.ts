import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregate } from "./aggregate.js";
import { compileStatistics, type StatisticSpec, type StatisticSpecs } from "./compile.js";
import { type Column, MISSING, type Points } from "./points.js";
import { COLUMNS, VARIABLES } from "./testdata/variables.js";

/** Variables of which each has what `partial` says, over float64. */
function specsOf(variables: Record<string, Partial<StatisticSpec>>): StatisticSpecs {
  const complete = Object.entries(variables).map(([name, partial]): [string, StatisticSpec] => [
    name,
    { params: {}, dtype: "float64", fillValue: "NaN", ...partial },
  ]);
  return Object.fromEntries(complete);
}

function pointsOf(columns: Record<string, ArrayLike<number> | Column>): Points {
  const isColumn = (given: ArrayLike<number> | Column): given is Column => !("length" in given);
  const entries = Object.entries(columns).map(([name, given]): [string, Column] => [
    name,
    isColumn(given) ? given : { values: Float64Array.from(given) },
  ]);
  return { length: entries[0]?.[1].values.length ?? 0, columns: new Map(entries) };
}

/** Aggregates all points, given by cell, and gives plain arrays. */
function run(specs: StatisticSpecs, points: Points, cell: number[], cells = Math.max(...cell) + 1) {
  const { arrays, ...rest } = aggregate(
    points,
    Uint32Array.from(cell),
    cells,
    compileStatistics(specs, COLUMNS),
  );
  return {
    ...Object.fromEntries([...arrays].map(([name, array]) => [name, Array.from<number | bigint>(array)])),
    ...rest,
  };
}

const MEAN = { mean: { function: "mean", source: "h_li" } };

describe("missing values", () => {
  const h = {
    values: Float32Array.of(1, 2, Number.NaN, 4, Infinity, 3.4e38),
    missing: Uint8Array.of(0, 0, 0, 0, 0, 1),
  };
  const s = { values: Float32Array.of(1, 1, 1, Number.NaN, 1, 1) };

  test("leave a point out of the statistics that use them, and of no other", () => {
    const specs = specsOf({
      rows: { function: "len", source: "h_li", dtype: "int32", fillValue: 0 },
      sigmas: { function: "count", source: "s_li", dtype: "int32", fillValue: 0 },
      max: { function: "max", source: "h_li" },
      weighted: { function: "average", source: "h_li", params: { weights: "1 / s_li" } },
      both: { expression: "np.max(h_li * s_li)" },
    });
    expect(run(specs, pointsOf({ h_li: h, s_li: s }), [0, 0, 0, 0, 0, 0])).toEqual({
      rows: [3],
      sigmas: [5],
      max: [4],
      weighted: [1.5],
      both: [2],
      occupied: 1,
      leftOut: {
        rows: { fill: 1, nan: 1, inf: 1 },
        sigmas: { nan: 1 },
        max: { fill: 1, nan: 1, inf: 1 },
        weighted: { fill: 1, nan: 2, inf: 1 },
        both: { fill: 1, nan: 2, inf: 1 },
      },
    });
  });

  test("a mark says why: fill, or beyond the limits", () => {
    const specs = specsOf({ sum: { function: "sum", source: "h_li" } });
    const column = {
      values: Float64Array.of(1, Number.NaN, 4, 8, Number.NaN),
      missing: Uint8Array.of(MISSING.range, MISSING.fill, 0, MISSING.range, 0),
    };
    expect(run(specs, pointsOf({ h_li: column, s_li: [1, 1, 1, 1, 1] }), [0, 0, 0, 0, 0])).toMatchObject({
      sum: [4],
      leftOut: { sum: { range: 2, fill: 1, nan: 1 } },
    });
  });

  test("len and count without a source count every point, whatever its values", () => {
    const specs = specsOf({
      all: { function: "count", dtype: "int32", fillValue: 0 },
      too: { function: "len", dtype: "int32", fillValue: 0 },
    });
    const { leftOut, ...counts } = run(specs, pointsOf({ h_li: h, s_li: s }), [0, 0, 0, 0, 0, 0]);
    expect(counts).toMatchObject({ all: [6], too: [6] });
    expect(leftOut).toEqual({});
  });

  test("a weight that is negative or not finite leaves its point out", () => {
    const specs = specsOf({
      weighted: { function: "average", source: "h_li", params: { weights: "1 / s_li" } },
      asExpression: { expression: "np.average(h_li, weights=1 / s_li)" },
    });
    const points = pointsOf({ h_li: [1, 2, 4, 8], s_li: [0, -1, 1, 0.5] });
    expect(run(specs, points, [0, 0, 0, 0])).toMatchObject({
      weighted: [(4 + 16) / 3],
      asExpression: [(4 + 16) / 3],
      leftOut: { weighted: { weight: 2 }, asExpression: { weight: 2 } },
    });
  });

  test("a cell in which nothing is left, or whose result is NaN, gets the fill value", () => {
    const specs = specsOf({
      n: { function: "len", source: "h_li", dtype: "int32", fillValue: -1 },
      mean: { function: "mean", source: "h_li", fillValue: -9999 },
      log: { expression: "np.log(np.min(h_li))", dtype: "float32", fillValue: -9999 },
      unweighted: { function: "average", source: "h_li", params: { weights: "h_li * 0" } },
    });
    const points = pointsOf({ h_li: [1, Number.NaN, -2], s_li: [1, 1, 1] });
    expect(run(specs, points, [0, 1, 3])).toMatchObject({
      n: [1, -1, -1, 1],
      mean: [1, -9999, -9999, -2],
      log: [0, -9999, -9999, -9999],
      unweighted: [Number.NaN, Number.NaN, Number.NaN, Number.NaN],
      occupied: 3,
    });
  });

  test("a shard without points is all fill", () => {
    const result = run(VARIABLES, pointsOf({ h_li: [], s_li: [] }), [], 4);
    expect(result).toMatchObject({
      count: [0, 0, 0, 0],
      h_mean: Array(4).fill(Number.NaN),
      occupied: 0,
      leftOut: {},
    });
  });
});

describe("dtypes", () => {
  test("64-bit integers are bigints; fractions are cut as numpy cuts them", () => {
    const specs = specsOf({
      big: { function: "max", source: "h_li", dtype: "int64", fillValue: -1 },
      unsigned: { function: "max", source: "h_li", dtype: "uint64", fillValue: 7 },
      cut: { function: "min", source: "s_li", dtype: "int16", fillValue: 0 },
    });
    const points = pointsOf({ h_li: [2 ** 53 - 1, 5], s_li: [-2.7, 2.7] });
    expect(run(specs, points, [0, 2])).toMatchObject({
      big: [9007199254740991n, -1n, 5n],
      unsigned: [9007199254740991n, 7n, 5n],
      cut: [-2, 0, 2],
    });
  });

  test.each([
    ["int16", 32768],
    ["uint8", -1],
    ["int64", 2 ** 53],
    ["uint32", 2 ** 32],
  ] as const)("a value that %s cannot hold is an error, not another value", (dtype, value) => {
    const specs = specsOf({ max: { function: "max", source: "h_li", dtype, fillValue: 0 } });
    expect(() => run(specs, pointsOf({ h_li: [value], s_li: [1] }), [0])).toThrow(
      new RegExp(`^max\\.dtype: a cell's value ${value} does not fit ${dtype}`),
    );
  });

  test.each([
    ["int16", 32768, "choose a dtype that holds it"],
    ["uint64", -1, "choose a dtype that holds it"],
    ["int64", 2 ** 53, "exact to 2\\^53 only: choose float64"],
  ] as const)("what to do where %s cannot hold %d", (dtype, value, advice) => {
    const specs = specsOf({ max: { function: "max", source: "h_li", dtype, fillValue: 0 } });
    expect(() => run(specs, pointsOf({ h_li: [value], s_li: [1] }), [0])).toThrow(new RegExp(advice));
  });

  test("a float32 that would be infinite is an error; one that is infinite is what the formula gave", () => {
    const largest = 3.4028234663852886e38;
    const single = (value: number) => {
      const specs = specsOf({ max: { expression: "np.max(s_li) * np.max(h_li)", dtype: "float32" } });
      return run(specs, pointsOf({ h_li: [value], s_li: [2] }), [0]);
    };
    expect(single(largest / 2)).toMatchObject({ max: [largest] });
    for (const value of [largest, -1e300])
      expect(() => single(value)).toThrow(
        /^max\.dtype: a cell's value .* does not fit float32; .*choose float64/,
      );
    const infinite = specsOf({ x: { expression: "1 / (np.min(h_li) * 0)", dtype: "float32" } });
    expect(run(infinite, pointsOf({ h_li: [1], s_li: [1] }), [0])).toMatchObject({ x: [Infinity] });
  });

  test("an infinite result does not fit an integer", () => {
    const specs = specsOf({ x: { expression: "1 / (np.min(h_li) * 0)", dtype: "int32", fillValue: 0 } });
    expect(() => run(specs, pointsOf({ h_li: [1], s_li: [1] }), [0])).toThrow(/Infinity does not fit int32/);
  });
});

test("implicit columns: number of tracks", () => {
  const specs = specsOf({
    tracks: { expression: "nunique(granule, group)", dtype: "int32", fillValue: 0 },
  });
  expect(compileStatistics(specs, COLUMNS).columns).toEqual(["granule", "group"]);
  const points = pointsOf({ granule: Uint32Array.of(0, 0, 0, 1, 1), group: Uint8Array.of(0, 0, 3, 3, 0) });
  expect(run(specs, points, [0, 0, 0, 0, 1])).toMatchObject({ tracks: [3, 1] });
});

test("columns that do not fit together name the variable", () => {
  const specs = specsOf({ bad: { expression: "np.sum(h_li[1:] * s_li)" } });
  expect(() => run(specs, pointsOf({ h_li: [1, 2], s_li: [1, 2] }), [0, 0])).toThrow(
    /^bad\.expression: columns of 1 and 2 rows in one cell do not fit together/,
  );
});

test("cells beyond the shard and columns of another length are refused", () => {
  expect(() => run(specsOf(MEAN), pointsOf({ h_li: [1] }), [4], 4)).toThrow(/point 0 is in cell 4 of 4/);
  expect(() => run(specsOf(MEAN), pointsOf({ x: [1, 2], h_li: [1] }), [0, 0])).toThrow(
    /1 values for 2 points/,
  );
});

test("expressions mix what is one per cell with what is one per point", () => {
  const specs = specsOf({
    spread: { expression: "np.mean(np.abs(h_li - np.mean(h_li)))" },
    best: { expression: "h_li[np.argmin(s_li)]" },
    trimmed: { expression: "np.mean(h_li[np.abs(h_li - np.median(h_li)) <= 2 * mad(h_li)])" },
    first: { expression: "h_li[0] + len(h_li)" },
  });
  const points = pointsOf({ h_li: [1, 10, 3, 12, 2, 14, 50], s_li: [3, 2, 1, 2, 2, 1, 9] });
  expect(run(specs, points, [0, 2, 0, 2, 0, 2, 0])).toMatchObject({
    spread: [18, Number.NaN, 4 / 3],
    best: [3, Number.NaN, 14],
    trimmed: [2, Number.NaN, 12],
    first: [5, Number.NaN, 13],
  });
});

describe("properties", () => {
  const CELLS = 6;
  const point = fc.record({
    cell: fc.nat(CELLS - 1),
    h: fc.oneof(
      { weight: 9, arbitrary: fc.float({ min: -1e4, max: 1e4, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
    s: fc.float({ min: Math.fround(0.01), max: 2, noNaN: true }),
  });
  type Point = { cell: number; h: number; s: number };
  const compute = (rows: readonly Point[], specs = VARIABLES) => {
    const points = pointsOf({ h_li: rows.map(({ h }) => h), s_li: rows.map(({ s }) => s) });
    return aggregate(
      points,
      Uint32Array.from(rows.map(({ cell }) => cell)),
      CELLS,
      compileStatistics(specs, COLUMNS),
    );
  };

  test("every cell has what its own points give", () => {
    const quantile = (sorted: number[], q: number): number => {
      const at = q * (sorted.length - 1);
      const low = sorted[Math.floor(at)] as number;
      return low + ((sorted[Math.ceil(at)] as number) - low) * (at % 1);
    };
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (rows) => {
        const { arrays, occupied } = compute(rows);
        expect(occupied).toBe(new Set(rows.map(({ cell }) => cell)).size);
        for (let cell = 0; cell < CELLS; cell++) {
          const kept = rows.filter((row) => row.cell === cell && !Number.isNaN(row.h));
          const h = kept.map((row) => row.h).sort((a, b) => a - b);
          const sum = (f: (row: Point) => number): number => kept.reduce((total, row) => total + f(row), 0);
          const mean = sum((row) => row.h) / h.length;
          const some = h.length > 0;
          // h_sigma needs s_li alone, so points without h take part.
          const weights = rows.filter((row) => row.cell === cell).map(({ s }) => 1 / s ** 2);
          const expected: Record<string, number> = {
            count: h.length,
            h_min: some ? (h[0] as number) : Number.NaN,
            h_max: some ? (h.at(-1) as number) : Number.NaN,
            h_mean: sum(({ h, s }) => h / s ** 2) / sum(({ s }) => 1 / s ** 2),
            h_sigma: weights.length > 0 ? 1 / Math.sqrt(weights.reduce((a, b) => a + b)) : Number.NaN,
            h_variance: some ? sum((row) => (row.h - mean) ** 2) / h.length : Number.NaN,
            h_q25: some ? quantile(h, 0.25) : Number.NaN,
            h_q50: some ? quantile(h, 0.5) : Number.NaN,
            h_q75: some ? quantile(h, 0.75) : Number.NaN,
          };
          for (const [name, value] of Object.entries(expected)) {
            const found = Number(arrays.get(name)?.[cell]);
            if (Number.isNaN(value)) expect(found).toBeNaN();
            else expect(Math.abs(found - value)).toBeLessThanOrEqual(2e-7 * Math.abs(value) + 1e-6);
          }
        }
      }),
    );
  });

  test("how the points of different cells are interleaved changes no bit", () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 60 }),
        fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
        (rows, keys) => {
          // Deals the cells' queues out in a random order that keeps each queue's own.
          const queues = Array.from({ length: CELLS }, (_, cell) => rows.filter((row) => row.cell === cell));
          const dealt: Point[] = [];
          for (const key of keys.slice(0, rows.length)) {
            const waiting = queues.filter((queue) => queue.length > 0);
            dealt.push(waiting[key % waiting.length]?.shift() as Point);
          }
          expect(compute(dealt)).toEqual(compute(rows));
        },
      ),
    );
  });

  test("the order within a cell changes nothing but the last bits", () => {
    const specs = specsOf({
      ...VARIABLES,
      exact: { expression: "np.median(h_li) + np.min(h_li) + nunique(h_li) + mode(h_li)" },
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (rows) => {
        const forward = compute(rows, specs).arrays;
        const backward = compute([...rows].reverse(), specs).arrays;
        expect(backward.get("exact")).toEqual(forward.get("exact"));
        for (const [name, values] of forward) {
          for (const [cell, value] of values.entries()) {
            const other = Number(backward.get(name)?.[cell]);
            if (Number.isNaN(Number(value))) expect(other).toBeNaN();
            else
              expect(Math.abs(other - Number(value))).toBeLessThanOrEqual(
                1e-6 * Math.abs(Number(value)) + 1e-6,
              );
          }
        }
      }),
    );
  });

  test("what merges exactly over cells is what all their points give", () => {
    const specs = specsOf({
      count: { function: "count", source: "h_li" },
      sum: { function: "sum", source: "h_li" },
      min: { function: "min", source: "h_li" },
      max: { function: "max", source: "h_li" },
      mean: { function: "mean", source: "h_li" },
      var: { function: "var", source: "h_li" },
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ cell: fc.nat(CELLS - 1), h: fc.integer({ min: -50, max: 50 }), s: fc.constant(1) }),
          { minLength: 1, maxLength: 60 },
        ),
        (rows) => {
          const { arrays } = compute(rows, specs);
          const parent = compute(
            rows.map((row) => ({ ...row, cell: 0 })),
            specs,
          ).arrays;
          const of = (name: string): number[] => Array.from(arrays.get(name) ?? [], Number);
          const used = of("count").flatMap((n, cell) => (n > 0 ? [cell] : []));
          const total = (f: (cell: number) => number): number => used.reduce((sum, cell) => sum + f(cell), 0);
          const at = (name: string, cell: number): number => of(name)[cell] as number;
          const n = total((cell) => at("count", cell));
          const mean = total((cell) => at("count", cell) * at("mean", cell)) / n;
          const merged = {
            count: n,
            sum: total((cell) => at("sum", cell)),
            min: Math.min(...used.map((cell) => at("min", cell))),
            max: Math.max(...used.map((cell) => at("max", cell))),
            mean,
            var: total((cell) => at("count", cell) * (at("var", cell) + (at("mean", cell) - mean) ** 2)) / n,
          };
          for (const [name, value] of Object.entries(merged))
            expect(Number(parent.get(name)?.[0])).toBeCloseTo(value, 8);
        },
      ),
    );
  });
});
