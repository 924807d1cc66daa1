import type { ChunkValues } from "@zagg/zarr";
import { describe, expect, test } from "vitest";
import { fillAttributes, fillIsMissing, valuesNeed, valueTest } from "./missing.js";
import type { ArraySpec } from "./spec.js";

const variable = (dtype: ArraySpec["dtype"], fillValue: ArraySpec["fillValue"]): ArraySpec => ({
  dtype,
  fillValue,
  attrs: {},
});

const COUNT = variable("int32", 0);
const FLAG = variable("uint8", 0);
/** Of four cells: no points, points whose flag is 0, points without a height, points with all. */
const CHUNKS = new Map<string, ChunkValues>([
  ["count", Int32Array.of(0, 2, 3, 4)],
  ["flag", Uint8Array.of(0, 0, 1, 7)],
  ["h", Float32Array.of(Number.NaN, 1.5, Number.NaN, 0)],
  ["low", Float32Array.of(-9999.9, 1.5, -9999.9, 0)],
  ["near", Float64Array.of(0, 1.5, 0, 2)],
  ["day", BigInt64Array.of(-1n, 0n, -1n, 9_007_199_254_740_993n)],
]);
const VARIABLES = {
  count: COUNT,
  flag: FLAG,
  h: variable("float32", "NaN"),
  low: variable("float32", -9999.9),
  near: variable("float64", 0),
  day: variable("int64", -1),
};

function cellsWith(variables: Readonly<Record<string, ArraySpec>>, name: string): number[] {
  const chunks = new Map([...CHUNKS].filter(([each]) => valuesNeed(variables, name).includes(each)));
  return [0, 1, 2, 3].filter(valueTest(variables, chunks, name));
}

describe("which cells have a value", () => {
  test.each([
    ["count", [1, 2, 3]],
    ["flag", [1, 2, 3]],
    ["h", [1, 3]],
    ["low", [1, 3]],
    ["near", [1, 3]],
    ["day", [1, 3]],
  ])("of %s, beside a count", (name, cells) => {
    expect(cellsWith(VARIABLES, name)).toEqual(cells);
    expect(valuesNeed(VARIABLES, name)).toEqual(name === "flag" ? ["flag", "count"] : [name]);
  });

  test("without a count, where any other variable has one", () => {
    const { count: _, ...others } = VARIABLES;
    expect(valuesNeed(others, "flag")).toEqual(["flag", "h", "low", "near", "day"]);
    expect(cellsWith(others, "flag")).toEqual([1, 2, 3]);
    expect(cellsWith({ flag: FLAG }, "flag")).toEqual([2, 3]);
  });

  test("none where a chunk is not there", () => {
    expect(valueTest(VARIABLES, new Map(), "flag")(1)).toBe(false);
    const alone = new Map<string, ChunkValues>([["flag", Uint8Array.of(0, 3)]]);
    expect([0, 1].filter(valueTest(VARIABLES, alone, "flag"))).toEqual([1]);
    expect(valueTest(VARIABLES, CHUNKS, "flag")(99)).toBe(false);
  });
});

test.each([
  [variable("float32", "NaN"), true, {}],
  [variable("int32", 0), false, {}],
  [variable("int64", -1), true, { _FillValue: -1 }],
  [variable("float64", 0), true, { _FillValue: "AAAAAAAAAAA=" }],
  // struct.pack("<d", -9999.0) and float(numpy.float32(-9999.9)), as xarray spells them.
  [variable("float32", -9999), true, { _FillValue: "AAAAAICHw8A=" }],
  [variable("float32", -9999.9), true, { _FillValue: "AAAAQPOHw8A=" }],
  [variable("float32", "-Infinity"), true, { _FillValue: "AAAAAAAA8P8=" }],
])("%o: masked or not, and what xarray is told", (spec, missing, attributes) => {
  expect(fillIsMissing(spec)).toBe(missing);
  expect(fillAttributes(spec)).toEqual(attributes);
});
