import { expect, test } from "vitest";
import { columnOf, MISSING } from "./missing.js";

const FLT_MAX = 3.4028235e38;

test("a float32 fill is compared as float32", () => {
  const column = columnOf(Float32Array.of(1, FLT_MAX, 2), FLT_MAX);
  expect([...(column.missing ?? [])]).toEqual([0, MISSING.fill, 0]);
});

test("NaN and infinities are missing with or without a fill", () => {
  const values = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
  const expected = [MISSING.nan, MISSING.infinite, MISSING.infinite, 0];
  expect([...(columnOf(values, undefined).missing ?? [])]).toEqual(expected);
  expect([...(columnOf(values, -9999).missing ?? [])]).toEqual(expected);
});

test("an integer fill is missing", () => {
  expect([...(columnOf(Int32Array.of(5, 2147483647), 2147483647).missing ?? [])]).toEqual([0, MISSING.fill]);
});

test("a fill of 0 marks nothing, and a whole column carries no mask", () => {
  expect(columnOf(Int8Array.of(0, 1), 0).missing).toBeUndefined();
  expect(columnOf(Float32Array.of(0, 1.5), FLT_MAX).missing).toBeUndefined();
});

test("an infinite or NaN fill is told from other missing values", () => {
  const values = Float32Array.of(Number.POSITIVE_INFINITY, Number.NaN, 1);
  expect([...(columnOf(values, Number.POSITIVE_INFINITY).missing ?? [])]).toEqual([MISSING.fill, MISSING.nan, 0]);
});
