import { describe, expect, test } from "vitest";
import type { Decoding } from "../terms/index.js";
import { type Encoding, encodingOf, isPlain, type Purpose, type StoredAs } from "./encoding.js";

const integer = (size: 1 | 2 | 4 | 8, signed = true) =>
  ({ class: "integer", size, signed, littleEndian: true, bitOffset: 0, precision: size * 8 }) as const;
const float = (size: 2 | 4 | 8) => ({ class: "float", size, littleEndian: true }) as const;
const FLT_MAX = 3.4028234663852886e38;

const of = (
  dtype: StoredAs["dtype"],
  attributes: Parameters<typeof encodingOf>[1],
  decoding: Decoding = {},
  purpose: Purpose = "column",
): Encoding => encodingOf({ dtype }, attributes, decoding, purpose);

test("a dataset that says nothing is as it is", () => {
  expect(isPlain(of(float(8), { units: "m", long_name: "height" }))).toBe(true);
});

describe("attributes", () => {
  test("scale and offset, as numbers, arrays of one and text", () => {
    expect(of(integer(4), { scale_factor: 0.001 })).toMatchObject({ scale: 0.001, offset: 0 });
    expect(
      of(integer(2), { scale_factor: Float64Array.of(0.5), add_offset: Float32Array.of(2) }),
    ).toMatchObject({
      scale: 0.5,
      offset: 2,
    });
    expect(of(integer(2), { scale_factor: "1e-7", add_offset: 3n })).toMatchObject({
      scale: 1e-7,
      offset: 3,
    });
  });

  test.each([[Float64Array.of(1, 2, 3)], ["none"], [""], [null], [undefined], [["a", "b"]], [{ a: 1 }]])(
    "what is no number has no effect: %j",
    (value) => {
      const nonsense = {
        scale_factor: value,
        add_offset: value,
        valid_min: value,
        valid_range: value,
        _Unsigned: value,
      };
      expect(isPlain(of(integer(1), nonsense))).toBe(true);
    },
  );

  test("_FillValue and missing_value, one or several; NaN is missing anyway", () => {
    expect(of(float(4), { _FillValue: FLT_MAX, missing_value: Float32Array.of(-1, -2) }).fills).toEqual([
      FLT_MAX,
      -1,
      -2,
    ]);
    expect(of(float(8), { _FillValue: Number.NaN, missing_value: "-9999" }).fills).toEqual([-9999]);
  });

  test("fills are compared in the stored type", () => {
    expect(of(float(4), { _FillValue: 3.4028235e38 }).fills).toEqual([FLT_MAX]);
    expect(of(float(8), { _FillValue: 3.4028235e38 }).fills).toEqual([3.4028235e38]);
  });

  test("HDF5's own fill counts where no _FillValue does, and a 0 of it never", () => {
    const stored = (fillValue: number | bigint) => ({ dtype: integer(4), fillValue });
    expect(encodingOf(stored(-1), {}, {}, "column").fills).toEqual([-1]);
    expect(encodingOf(stored(-1n), { missing_value: 5 }, {}, "column").fills).toEqual([5, -1]);
    expect(encodingOf(stored(-1), { _FillValue: 7 }, {}, "column").fills).toEqual([7]);
    expect(encodingOf(stored(-1), { _FillValue: "none" }, {}, "column").fills).toEqual([-1]);
    expect(encodingOf(stored(0), {}, {}, "column").fills).toEqual([]);
    expect(encodingOf({ dtype: integer(1, false), fillValue: 255 }, {}, {}, "column").fills).toEqual([255]);
  });

  test("0 is a fill of columns alone: not of coordinates, flags and what filters look up", () => {
    const fill = { _FillValue: 0, missing_value: -1 };
    expect(of(float(8), fill).fills).toEqual([0, -1]);
    expect(of(float(8), fill, {}, "coordinate").fills).toEqual([-1]);
    expect(of(integer(1), { ...fill, flag_meanings: "good bad" }).fills).toEqual([-1]);
    expect(of(integer(1), fill, {}, "filter").fills).toEqual([-1]);
    expect(of(integer(2), { ...fill, scale_factor: 0.1 }, {}, "filter").fills).toEqual([0, -1]);
    expect(of(float(4), fill, {}, "filter").fills).toEqual([0, -1]);
  });

  test("limits, of which valid_range comes first", () => {
    expect(of(float(8), { valid_min: -90, valid_max: 90 })).toMatchObject({ min: -90, max: 90 });
    expect(of(float(8), { valid_max: 90 })).toMatchObject({ min: Number.NEGATIVE_INFINITY, max: 90 });
    const both = { valid_range: Int16Array.of(1, 2), valid_min: 0, valid_max: 9 };
    expect(of(integer(2), both)).toMatchObject({ min: 1, max: 2 });
    expect(of(integer(2), { ...both, valid_range: Int16Array.of(1, 2, 3) })).toMatchObject({
      min: 0,
      max: 9,
    });
  });

  test.each([
    ["text, which real ATL06 has", float(8), "-90.0"],
    ["several texts", float(8), ["-90.0"]],
    ["a fraction for whole numbers", integer(4), 0.5],
    ["a number beyond the type", integer(1), 200],
    ["a negative one without sign", integer(1, false), -1],
    ["a double that is no float32", float(4), 0.1],
  ])("%s is no limit", (_, dtype, valid_min) => {
    expect(isPlain(of(dtype, { valid_min }))).toBe(true);
  });

  test("_Unsigned turns stored values, fills and limits", () => {
    const signed = { _Unsigned: "true", _FillValue: -1, missing_value: -2, valid_min: 5, valid_max: -10 };
    expect(of(integer(1), signed)).toMatchObject({ sign: "unsigned", fills: [255, 254], min: 5, max: 246 });
    expect(of(integer(2), { ...signed, valid_max: -10 }).max).toBe(65526);
    const unsigned = { _Unsigned: "false", _FillValue: 255 };
    expect(of(integer(1, false), unsigned)).toMatchObject({ sign: "signed", fills: [-1] });
    expect(of(integer(1, false), { _Unsigned: "true" }).sign).toBeUndefined();
    expect(of(float(4), { _Unsigned: "true" }).sign).toBeUndefined();
  });
});

describe("the config", () => {
  const file = {
    scale_factor: 2,
    add_offset: 1,
    _FillValue: -1,
    missing_value: -2,
    valid_min: 0,
    valid_max: 5,
  };

  test("stands in place of each", () => {
    expect(of(integer(2), file, { scaleFactor: 1, fill: [7, 8] })).toMatchObject({
      scale: 1,
      offset: 1,
      fills: [7, 8],
      min: 0,
      max: 5,
    });
    expect(of(integer(2), file, { addOffset: 0, fill: false, validMin: -3, validMax: false })).toMatchObject({
      scale: 2,
      offset: 0,
      fills: [],
      min: -3,
      max: Number.POSITIVE_INFINITY,
    });
    expect(of(integer(1), { _Unsigned: "true" }, { unsigned: false }).sign).toBeUndefined();
    expect(of(integer(1), {}, { unsigned: true, fill: 255 })).toMatchObject({
      sign: "unsigned",
      fills: [255],
    });
  });

  test("decode: false leaves what it says itself", () => {
    const stored = { dtype: integer(2), fillValue: -1 };
    expect(isPlain(encodingOf(stored, file, { decode: false }, "column"))).toBe(true);
    expect(encodingOf(stored, file, { decode: false, fill: 0 }, "coordinate")).toMatchObject({
      fills: [0],
      scale: 1,
    });
  });
});
