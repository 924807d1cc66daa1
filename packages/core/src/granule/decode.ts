import { type Column, type ColumnValues, MISSING } from "@zagg/stats";
import { defined } from "../terms/index.js";
import { type Encoding, isLimited, isPlain } from "./encoding.js";

/** Numbers as HDF5 gives them. */
export type StoredValues = ColumnValues | BigInt64Array | BigUint64Array;

/**
 * Stored values as a column: missing ones marked with their reason, scaled in float64. Values that need no scaling stay
 * in their type, but for 64-bit integers, which become doubles: exact to 2^53. (NaN and infinities are missing as well,
 * and need no mark.)
 */
export function decode(stored: StoredValues, encoding: Encoding): Column {
  const signed = inSign(stored, encoding.sign);
  const values = isWide(signed) ? doubles(signed) : signed;
  return defined({ values: scaled(values, encoding), missing: marks(values, encoding) });
}

/** As {@link decode}, but all as doubles, with NaN for what is missing: one loop over one type, for long tracks. */
export function decodeDoubles(stored: StoredValues, encoding: Encoding): Float64Array {
  const wide = doubles(inSign(stored, encoding.sign));
  if (isPlain(encoding)) return wide;
  const { fills, min, max, scale, offset } = encoding;
  let out = scale === 1 && offset === 0 ? wide : wide.map((value) => value * scale + offset);
  const lose = (i: number): void => {
    if (out === wide) out = wide.slice(); // what was stored stays as it is
    out[i] = Number.NaN;
  };
  if (isLimited(encoding)) {
    for (let i = 0; i < wide.length; i++) {
      const value = wide[i] as number;
      if (value < min || value > max) lose(i);
    }
  }
  for (const fill of fills) {
    for (let i = 0; i < wide.length; i++) if (wide[i] === fill) lose(i);
  }
  return out;
}

/** The same bits, as whole numbers of the other sign. */
function inSign(stored: StoredValues, sign: Encoding["sign"]): StoredValues {
  if (sign === undefined) return stored;
  const [signed, unsigned] = SIGNS.find((pair) => pair.some((type) => stored instanceof type)) ?? [];
  const type = sign === "signed" ? signed : unsigned;
  return type ? new type(stored.buffer as ArrayBuffer, stored.byteOffset, stored.length) : stored;
}

const SIGNS = [
  [Int8Array, Uint8Array],
  [Int16Array, Uint16Array],
  [Int32Array, Uint32Array],
  [BigInt64Array, BigUint64Array],
] as const;

function doubles(values: StoredValues): Float64Array {
  if (values instanceof Float64Array) return values;
  if (!isWide(values)) return new Float64Array(values);
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Number(values[i]);
  return out;
}

function isWide(values: StoredValues): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}

function scaled(values: ColumnValues, { scale, offset }: Encoding): ColumnValues {
  if (scale === 1 && offset === 0) return values;
  const out = new Float64Array(values);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * scale + offset;
  return out;
}

/** Why each stored value is missing; undefined where none is. A fill outside the limits is a fill. */
function marks(stored: ColumnValues, { fills, min, max }: Encoding): Uint8Array | undefined {
  if (fills.length === 0 && !isLimited({ min, max })) return undefined;
  const values = doubles(stored); // loops over one type of array: V8 makes those over many much slower
  let missing: Uint8Array | undefined;
  const mark = (i: number, reason: number) => {
    missing ??= new Uint8Array(values.length);
    missing[i] = reason;
  };
  if (isLimited({ min, max })) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < min || value > max) mark(i, MISSING.range);
    }
  }
  for (const fill of fills) {
    for (let i = 0; i < values.length; i++) if (values[i] === fill) mark(i, MISSING.fill);
  }
  return missing;
}
