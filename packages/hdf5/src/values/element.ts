import { at } from "../at.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import type { Datatype } from "../messages/datatype.js";
import { type TypedArray, toTypedArray } from "./typed-array.js";

/** One value of any type; `null` is a reference that points nowhere, or the value of an attribute without one. */
export type Hdf5Value =
  | number
  | bigint
  | string
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
 * references the address of the object's header (`null` if they point nowhere). Takes the bytes over.
 */
export function toValues(bytes: Uint8Array, type: Datatype, context: ElementContext): Hdf5Values {
  switch (type.class) {
    case "integer":
    case "float":
    case "bitfield":
    case "enum":
      return toTypedArray(bytes, type);
    case "array":
      return toValues(bytes, type.base, context);
    case "compound":
      return compounds(bytes, type, context);
    case "string":
      return elements(bytes, type.size, (element) => fixedString(element, type.padding));
    case "opaque":
      return elements(bytes, type.size, (element) => element);
    case "variable-string":
      return elements(bytes, type.size, (element) => variableString(element, context));
    case "sequence":
      return elements(bytes, type.size, (element) =>
        toValues(heapBytes(element, type.base.size, context).slice(), type.base, context),
      );
    case "reference":
      if (type.to === "region") throw new Hdf5UnsupportedError("a region reference");
      return elements(bytes, type.size, (element) => objectReference(element, context));
    case "unsupported":
      throw new Hdf5UnsupportedError(type.feature);
  }
}

function elements<T>(bytes: Uint8Array, size: number, decode: (element: Uint8Array) => T): readonly T[] {
  return Array.from({ length: bytes.length / size }, (_, i) =>
    decode(bytes.subarray(i * size, (i + 1) * size)),
  );
}

/** Decodes member by member, each as a column of its own, and joins the columns to objects. */
function compounds(
  bytes: Uint8Array,
  type: Extract<Datatype, { class: "compound" }>,
  context: ElementContext,
): readonly Hdf5Value[] {
  const count = bytes.length / type.size;
  const columns = type.members.map(({ name, offset, type: member }) => {
    const column = new Uint8Array(count * member.size);
    for (let i = 0; i < count; i++) {
      const start = i * type.size + offset;
      column.set(bytes.subarray(start, start + member.size), i * member.size);
    }
    const values = toValues(column, member, context);
    const perElement = count === 0 ? 0 : values.length / count;
    return member.class === "array"
      ? (i: number): [string, Hdf5Value] => [name, values.slice(i * perElement, (i + 1) * perElement)]
      : (i: number): [string, Hdf5Value] => [name, at<Hdf5Value>(values, i)];
  });
  return Array.from({ length: count }, (_, i) => Object.fromEntries(columns.map((column) => column(i))));
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

function variableString(bytes: Uint8Array, context: ElementContext): string {
  const text = heapBytes(bytes, 1, context);
  const end = text.indexOf(0);
  return UTF8.decode(end < 0 ? text : text.subarray(0, end));
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

function objectReference(bytes: Uint8Array, { offsetSize }: ElementContext): number | null {
  const nowhere = [0, 0xff].some((byte) => bytes.subarray(0, offsetSize).every((each) => each === byte));
  return nowhere ? null : littleEndian(bytes, 0, offsetSize);
}

function littleEndian(bytes: Uint8Array, start: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] ?? 0);
  return value;
}
