import type { Attributes, Hdf5Dataset, Hdf5Value } from "@zagg/hdf5";
import type { Decoding } from "../terms/index.js";

/** How stored values become values: what a dataset's attributes say, and the config in their place. */
export interface Encoding {
  /** How stored whole numbers are meant, where that is not their type's own way. */
  readonly sign?: "signed" | "unsigned";
  /** Values that mean "missing", in the type that the values are compared in. */
  readonly fills: readonly number[];
  /** Stored values outside are missing; infinite where all are fine. */
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly offset: number;
}

/** What a dataset is read for. Zero is a good value of coordinates and flags, whatever their attributes say. */
export type Purpose = "coordinate" | "column" | "filter";

/** What the dataset tells by itself. */
export type StoredAs = Pick<Hdf5Dataset, "dtype" | "fillValue">;

const NO_LIMITS = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY } as const;

export function isLimited({ min, max }: Pick<Encoding, "min" | "max">): boolean {
  return min > NO_LIMITS.min || max < NO_LIMITS.max;
}

/** Of values that are stored as they are. */
export const PLAIN: Encoding = { fills: [], ...NO_LIMITS, scale: 1, offset: 0 };

/** Whether the stored values are the values. */
export function isPlain(encoding: Encoding): boolean {
  const { sign, fills, scale, offset } = encoding;
  return !sign && fills.length === 0 && scale === 1 && offset === 0 && !isLimited(encoding);
}

/**
 * `scale_factor`, `add_offset`, `_Unsigned`, `_FillValue` and `missing_value` as xarray understands them, `valid_min`,
 * `valid_max` and `valid_range` as netCDF4-python does: a limit that the stored type cannot hold exactly is none, nor is
 * text. What is of the wrong type is parsed or has no effect. HDF5's own fill value counts where no `_FillValue` does.
 */
export function encodingOf(
  stored: StoredAs,
  attributes: Attributes,
  decoding: Decoding,
  purpose: Purpose,
): Encoding {
  const { decode, fill, scaleFactor, addOffset, unsigned, validMin, validMax } = decoding;
  const file = decode === false ? {} : attributes;
  const scale = scaleFactor ?? single(file.scale_factor);
  const offset = addOffset ?? single(file.add_offset);
  const sign = signOf(stored, unsigned ?? truthOf(file._Unsigned));
  const [min, max] = validRange(stored, file);
  const meant = (value: number) => inSign(value, stored, sign);
  const zeroIsGood =
    purpose === "coordinate" ||
    isFlag(file) ||
    (purpose === "filter" && isInteger(stored) && scale === undefined && offset === undefined);
  const fills = decode === false ? [] : fillsOf(stored, file).filter((each) => each !== 0 || !zeroIsGood);
  return {
    ...(sign && { sign }),
    fills: (fill === undefined ? fills : listOf(fill)).map((each) => inType(meant(each), stored)),
    min: validMin === undefined ? meant(min) : validMin === false ? NO_LIMITS.min : validMin,
    max: validMax === undefined ? meant(max) : validMax === false ? NO_LIMITS.max : validMax,
    scale: scale ?? 1,
    offset: offset ?? 0,
  };
}

/** HDF5's own fill value is for chunks never written; of 0, which tools write that mean nothing by it, no fill is made. */
function fillsOf({ fillValue = 0 }: StoredAs, { _FillValue, missing_value }: Attributes): number[] {
  const own = numbersOf(_FillValue);
  const makers = own.length > 0 || Number(fillValue) === 0 ? [] : [Number(fillValue)];
  const fills = [...own, ...numbersOf(missing_value), ...makers];
  return fills.filter((each) => !Number.isNaN(each)); // NaN is missing as it is
}

function validRange(stored: StoredAs, { valid_range, valid_min, valid_max }: Attributes): [number, number] {
  const held = (value: number | undefined) => value !== undefined && isHeld(value, stored);
  const range = limitsOf(valid_range);
  if (range.length === 2 && range.every(held)) return range as [number, number];
  const limit = (value: Attributes[string], none: number) => {
    const [only, another] = limitsOf(value);
    return only !== undefined && another === undefined && held(only) ? only : none;
  };
  return [limit(valid_min, NO_LIMITS.min), limit(valid_max, NO_LIMITS.max)];
}

/** Of limits as text, which real ATL06 has, netCDF4-python takes none. */
function limitsOf(value: Attributes[string]): number[] {
  const text = typeof (Array.isArray(value) ? value[0] : value) === "string";
  return text ? [] : numbersOf(value);
}

/** The numbers of an attribute, whether one or several, binary or text; none where it is something else. */
function numbersOf(value: Attributes[string]): number[] {
  if (typeof value === "number" || typeof value === "bigint") return [Number(value)];
  if (typeof value === "string") {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    return Number.isNaN(number) ? [] : [number];
  }
  if (Array.isArray(value)) return value.flatMap((each: Hdf5Value) => numbersOf(each));
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number | bigint>, Number) : [];
}

function single(value: Attributes[string]): number | undefined {
  const [only, another] = numbersOf(value);
  return another === undefined ? only : undefined;
}

function truthOf(value: Attributes[string]): boolean | undefined {
  const text = String(Array.isArray(value) ? value[0] : value).toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

function listOf(fill: NonNullable<Decoding["fill"]>): readonly number[] {
  if (fill === false) return [];
  return typeof fill === "number" ? [fill] : fill;
}

/** CF's flags: their values are names. */
function isFlag({ flag_values, flag_masks, flag_meanings }: Attributes): boolean {
  return flag_values !== undefined || flag_masks !== undefined || flag_meanings !== undefined;
}

function integerOf({ dtype }: StoredAs) {
  if (dtype.class === "enum") return dtype.base;
  return dtype.class === "integer" ? dtype : undefined;
}

function isInteger(stored: StoredAs): boolean {
  return integerOf(stored) !== undefined;
}

function signOf(stored: StoredAs, unsigned: boolean | undefined): Encoding["sign"] {
  const integer = integerOf(stored);
  if (!integer || unsigned === undefined || integer.signed !== unsigned) return undefined;
  return unsigned ? "unsigned" : "signed";
}

/** A number of the stored type as the number of the same bits with the other sign. */
function inSign(value: number, stored: StoredAs, sign: Encoding["sign"]): number {
  const range = 2 ** (8 * stored.dtype.size);
  if (sign === "unsigned" && value < 0 && value >= -range / 2) return value + range;
  if (sign === "signed" && value >= range / 2 && value < range) return value - range;
  return value;
}

/** A number as values of the stored type compare equal to it: 3.4028235e38 is the largest float32. */
function inType(value: number, { dtype }: StoredAs): number {
  return dtype.class === "float" && dtype.size < 8 ? Math.fround(value) : value;
}

/** Whether the stored type has exactly this number. */
function isHeld(value: number, stored: StoredAs): boolean {
  const integer = integerOf(stored);
  if (!integer) return Object.is(inType(value, stored), value);
  const range = 2 ** (8 * integer.size);
  const [low, high] = integer.signed ? [-range / 2, range / 2] : [0, range];
  return Number.isInteger(value) && value >= low && value < high;
}
