import { corrupt, Hdf5UnsupportedError } from "../error.js";
import type { Datatype } from "../messages/datatype.js";
import { isNumeric, type TypedArray, toTypedArray } from "./typed-array.js";

/** One value of any type; see {@link Hdf5Values} for many. */
export type Hdf5Value =
  | number
  | bigint
  | string
  /** An opaque value, or a 64-bit object reference's absence (`null`). */
  | Uint8Array
  | null
  | { readonly [member: string]: Hdf5Value }
  | Hdf5Values;

/** Values in C order: a typed array for numbers, else a plain array. */
export type Hdf5Values = TypedArray | readonly Hdf5Value[];

/** Gives an object of the global heap, or `undefined` while its collection is not loaded. */
export type HeapLookup = (address: number, index: number) => Uint8Array | undefined;

/** Context of decoding: widths of addresses, and the heap for values of variable length. */
export interface ElementContext {
  readonly offsetSize: number;
  readonly heap: HeapLookup;
}

/**
 * The `bytes` as values of `type`. Numbers become a typed array (arrays of numbers are flattened), strings `string`s,
 * compounds objects by member name, sequences and arrays the values of their base, opaque values their bytes, object
 * references the address of the object's header (`null` if they point nowhere).
 */
export function toValues(bytes: Uint8Array, type: Datatype, context: ElementContext): Hdf5Values {
  if (isNumeric(type)) return toTypedArray(bytes, type);
  if (type.class === "array") return toValues(bytes, type.base, context);
  const values: Hdf5Value[] = [];
  for (let at = 0; at + type.size <= bytes.length; at += type.size) {
    values.push(element(bytes.subarray(at, at + type.size), type, context));
  }
  return values;
}

function element(bytes: Uint8Array, type: Datatype, context: ElementContext): Hdf5Value {
  switch (type.class) {
    case "integer":
    case "float":
    case "bitfield":
    case "enum":
      return toTypedArray(bytes.slice(), type)[0] as number | bigint;
    case "string":
      return fixedString(bytes, type.padding);
    case "opaque":
      return bytes.slice();
    case "compound":
      return Object.fromEntries(
        type.members.map(({ name, offset, type: member }) => [
          name,
          element(bytes.subarray(offset, offset + member.size), member, context),
        ]),
      );
    case "array":
      return toValues(bytes.slice(), type.base, context);
    case "reference":
      return reference(bytes, type.to, context);
    case "variable-string": {
      const text = heapBytes(bytes, 1, context);
      const end = text.indexOf(0);
      return UTF8.decode(end < 0 ? text : text.subarray(0, end));
    }
    case "sequence":
      return toValues(heapBytes(bytes, type.base.size, context).slice(), type.base, context);
    case "unsupported":
      throw new Hdf5UnsupportedError(type.feature);
  }
}

const UTF8 = new TextDecoder();

function fixedString(bytes: Uint8Array, padding: "null-terminated" | "null-padded" | "space-padded"): string {
  let end = bytes.length;
  if (padding === "null-terminated") {
    const terminator = bytes.indexOf(0);
    if (terminator >= 0) end = terminator;
  } else {
    const pad = padding === "null-padded" ? 0 : 32;
    while (end > 0 && bytes[end - 1] === pad) end--;
  }
  return UTF8.decode(bytes.subarray(0, end));
}

/** A variable-length value is its length, then the address and index of its bytes in the global heap. */
function heapBytes(bytes: Uint8Array, elementSize: number, { offsetSize, heap }: ElementContext): Uint8Array {
  const length = littleEndian(bytes, 0, 4) * elementSize;
  const address = littleEndian(bytes, 4, offsetSize);
  if (length === 0 || address === 0) return new Uint8Array();
  const object = heap(address, littleEndian(bytes, 4 + offsetSize, 4));
  if (!object) return new Uint8Array();
  if (object.length < length)
    throw corrupt(`a value of ${length} bytes in a heap object of ${object.length}`, address);
  return object.subarray(0, length);
}

function reference(
  bytes: Uint8Array,
  to: "object" | "region",
  { offsetSize }: ElementContext,
): number | null {
  if (to === "region") throw new Hdf5UnsupportedError("a region reference");
  const address = littleEndian(bytes, 0, offsetSize);
  return address === 0 || bytes.subarray(0, offsetSize).every((byte) => byte === 0xff) ? null : address;
}

function littleEndian(bytes: Uint8Array, start: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] ?? 0);
  return value;
}
