import { expect, test } from "vitest";
import { columnOf } from "./fill.js";

const FLT_MAX = 3.4028235e38;

test("a float32 fill is compared as float32", () => {
  expect(columnOf(Float32Array.of(1, FLT_MAX, 2), FLT_MAX).missing).toEqual(Uint8Array.of(0, 1, 0));
});

test("an integer fill is marked", () => {
  expect(columnOf(Int32Array.of(5, 2147483647), 2147483647).missing).toEqual(Uint8Array.of(0, 1));
});

test("a fill of 0 marks nothing, and a whole column carries no mask", () => {
  expect(columnOf(Int8Array.of(0, 1), 0).missing).toBeUndefined();
  expect(columnOf(Float32Array.of(0, 1.5), FLT_MAX).missing).toBeUndefined();
  expect(columnOf(Float64Array.of(Number.NaN, 1), undefined).missing).toBeUndefined();
});
