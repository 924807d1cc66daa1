import { expect, test } from "vitest";
import { labelOf } from "./label.js";

test.each([
  [
    { long_name: "mean height", units: "m" },
    { label: "mean height", unit: "m" },
  ],
  [{ units: "1" }, { label: "h", unit: undefined }],
  [
    { long_name: { toString: 1 }, units: ["m"] },
    { label: "h", unit: undefined },
  ],
  [
    { long_name: "x".repeat(1e6), units: "y".repeat(1e6) },
    { label: "x".repeat(200), unit: "y".repeat(40) },
  ],
])("attributes %o", (attrs, expected) => {
  expect(labelOf("h", { dtype: "float32", fillValue: "NaN", attrs })).toEqual(expected);
});

test("no such variable", () => {
  expect(labelOf("h", undefined)).toEqual({ label: "h", unit: undefined });
});
