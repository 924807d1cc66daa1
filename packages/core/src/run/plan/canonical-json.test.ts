import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalHash, canonicalJson } from "./canonical-json.js";

describe("canonical JSON", () => {
  test("sorts keys, drops undefined, escapes beyond ASCII", () => {
    expect(canonicalJson({ b: 1, a: [true, null, "é"], "10": 0, "9": 0, gone: undefined })).toBe(
      '{"10":0,"9":0,"a":[true,null,"\\u00e9"],"b":1}',
    );
  });

  test("refuses what JSON cannot hold", () => {
    expect(() => canonicalJson({ x: Number.NaN })).toThrow(TypeError);
    expect(() => canonicalJson([1n])).toThrow(TypeError);
  });

  test("does not depend on the order of keys, and parses back to the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalHash(reversed)).toBe(canonicalHash(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
