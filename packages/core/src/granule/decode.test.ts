import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, decodeDoubles, type StoredValues } from "./decode.js";
import type { Encoding } from "./encoding.js";

const FLT_MAX = 3.4028234663852886e38;
const encoding = (change: Partial<Encoding>): Encoding => ({
  fills: [],
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  scale: 1,
  offset: 0,
  ...change,
});

test("values that need nothing stay what they are, without a mask", () => {
  const values = Float32Array.of(0, 1.5, Number.NaN);
  expect(decode(values, encoding({ fills: [FLT_MAX], min: 0 }))).toEqual({ values });
  expect(decode(values, encoding({})).values).toBe(values);
});

test("fills and values beyond the limits are marked, each as what it is", () => {
  const stored = Int16Array.of(5, -1, 0, 10, 11, -5);
  expect(decode(stored, encoding({ fills: [-1, -5], min: 1, max: 10 }))).toEqual({
    values: stored,
    missing: Uint8Array.of(0, 1, 2, 0, 2, 1),
  });
});

test("limits and fills are those of stored values; what is left is scaled in float64", () => {
  const { values, missing } = decode(
    Int32Array.of(996169, -9999, 2147483647),
    encoding({ fills: [2147483647], min: 0, scale: 0.001, offset: 10 }),
  );
  expect(values).toBeInstanceOf(Float64Array);
  expect(values[0]).toBe(996169 * 0.001 + 10);
  expect(missing).toEqual(Uint8Array.of(0, 2, 1));
});

test("whole numbers of the other sign, of any width", () => {
  expect(decode(Int8Array.of(-56, 5), encoding({ sign: "unsigned" })).values).toEqual(Uint8Array.of(200, 5));
  expect(decode(Uint16Array.of(65535), encoding({ sign: "signed" })).values).toEqual(Int16Array.of(-1));
  expect(decode(Int32Array.of(-1), encoding({ sign: "unsigned" })).values).toEqual(
    Uint32Array.of(4294967295),
  );
  expect(decode(BigInt64Array.of(-1n), encoding({ sign: "unsigned" })).values).toEqual(
    Float64Array.of(2 ** 64),
  );
  // A column that begins anywhere in a buffer.
  const part = new Int16Array(Int16Array.of(1, -1, -2).buffer, 2);
  expect(decode(part, encoding({ sign: "unsigned" })).values).toEqual(Uint16Array.of(65535, 65534));
});

test("64-bit integers become doubles, their fill is marked", () => {
  expect(decode(BigInt64Array.of(7n, -1n), encoding({ fills: [-1] }))).toEqual({
    values: Float64Array.of(7, -1),
    missing: Uint8Array.of(0, 1),
  });
});

test("doubles are the column's values with NaN where one is missing, and the stored ones are left alone", () => {
  const number = fc.double({ min: -20, max: 20, noNaN: false });
  const some = fc.record({
    fills: fc.array(number, { maxLength: 2 }),
    min: fc.oneof(number, fc.constant(Number.NEGATIVE_INFINITY)),
    max: fc.oneof(number, fc.constant(Number.POSITIVE_INFINITY)),
    scale: fc.oneof(fc.constant(1), number),
    offset: fc.oneof(fc.constant(0), number),
  });
  const stored: fc.Arbitrary<StoredValues> = fc.oneof(
    fc.float64Array({ min: -20, max: 20 }),
    fc.float32Array({ min: -20, max: 20 }),
    fc.int8Array({ min: -20, max: 20 }),
    fc.bigInt64Array({ min: -20n, max: 20n }),
  );
  // Fills are met by chance only: some are taken of the values.
  const taken = fc.array(fc.nat(4), { maxLength: 2 });
  fc.assert(
    fc.property(stored, some, taken, (values, change, places) => {
      const before = values.slice();
      const met = places.filter((place) => place < values.length).map((place) => Number(values[place]));
      const given = encoding({ ...change, fills: [...change.fills, ...met] });
      const column = decode(values, given);
      const expected = Array.from(column.values, (value, i) =>
        column.missing?.[i] ? Number.NaN : value + 0,
      );
      expect(Array.from(decodeDoubles(values, given), (value) => value + 0)).toEqual(expected);
      expect(values).toEqual(before);
    }),
  );
});
