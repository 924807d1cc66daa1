import { at } from "../at.js";
import type { BitfieldType, Datatype, IntegerType } from "../messages/datatype.js";

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Types whose values are numbers: they become typed arrays. */
export type NumericType = Extract<Datatype, { class: "integer" | "float" | "bitfield" | "enum" }>;

export function isNumeric(type: Datatype): type is NumericType {
  return (
    type.class === "integer" || type.class === "float" || type.class === "bitfield" || type.class === "enum"
  );
}

/**
 * The elements in `bytes` as numbers: integers and enums by size and sign, 64-bit ones as bigints, half floats as
 * Float32Array. Takes the bytes over: it may work in place and keep a view of them.
 */
export function toTypedArray(bytes: Uint8Array, type: NumericType): TypedArray {
  const stored = type.class === "enum" ? type.base : type;
  const own = bytes.byteOffset % stored.size === 0 ? bytes : bytes.slice();
  if (!stored.littleEndian) swapBytes(own, stored.size);
  if (stored.class === "float") return floats(own, stored.size);
  const values = integers(own, stored.size, stored.class === "integer" && stored.signed);
  if (stored.precision !== stored.size * 8) narrow(values, stored);
  return values;
}

/** The first of the elements in `bytes`, which stay as they are. */
export function firstNumber(bytes: Uint8Array, type: NumericType): number | bigint {
  return at<number | bigint>(toTypedArray(bytes.slice(), type), 0);
}

function floats(bytes: Uint8Array, size: 2 | 4 | 8): Float32Array | Float64Array {
  const count = bytes.length / size;
  const buffer = bytes.buffer as ArrayBuffer;
  if (size === 8) return new Float64Array(buffer, bytes.byteOffset, count);
  if (size === 4) return new Float32Array(buffer, bytes.byteOffset, count);
  return Float32Array.from(new Uint16Array(buffer, bytes.byteOffset, count), halfFloat);
}

function integers(
  bytes: Uint8Array,
  size: 1 | 2 | 4 | 8,
  signed: boolean,
): Exclude<TypedArray, Float32Array | Float64Array> {
  const constructors = {
    1: signed ? Int8Array : Uint8Array,
    2: signed ? Int16Array : Uint16Array,
    4: signed ? Int32Array : Uint32Array,
    8: signed ? BigInt64Array : BigUint64Array,
  } as const;
  return new constructors[size](bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / size);
}

/** Keeps `precision` bits from `bitOffset` on and extends the sign. */
function narrow(
  values: Exclude<TypedArray, Float32Array | Float64Array>,
  type: IntegerType | BitfieldType,
): void {
  const { bitOffset, precision } = type;
  const signed = type.class === "integer" && type.signed;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) {
      const bits = (values[i] as bigint) >> BigInt(bitOffset);
      values[i] = signed ? BigInt.asIntN(precision, bits) : BigInt.asUintN(precision, bits);
    }
    return;
  }
  const up = 32 - bitOffset - precision;
  const down = 32 - precision;
  for (let i = 0; i < values.length; i++) {
    const bits = (values[i] as number) << up;
    values[i] = signed ? bits >> down : bits >>> down;
  }
}

/** Reverses the bytes of every element in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
