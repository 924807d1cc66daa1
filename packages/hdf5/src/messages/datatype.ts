import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import { product } from "./dataspace.js";

/** The type of one element as it is stored. `size` is in bytes. */
export type Datatype =
  | IntegerType
  | { readonly class: "float"; readonly size: 2 | 4 | 8; readonly littleEndian: boolean }
  | BitfieldType
  | {
      readonly class: "string";
      readonly size: number;
      readonly padding: "null-terminated" | "null-padded" | "space-padded";
    }
  | { readonly class: "opaque"; readonly size: number; readonly tag: string }
  | { readonly class: "compound"; readonly size: number; readonly members: readonly CompoundMember[] }
  | { readonly class: "reference"; readonly size: number; readonly to: "object" | "region" }
  | {
      readonly class: "enum";
      readonly size: number;
      readonly base: IntegerType;
      readonly members: readonly EnumMember[];
    }
  | { readonly class: "variable-string"; readonly size: number }
  | { readonly class: "sequence"; readonly size: number; readonly base: Datatype }
  | {
      readonly class: "array";
      readonly size: number;
      readonly base: Datatype;
      readonly shape: readonly number[];
    }
  /** A valid type that this reader does not decode; `feature` names it. */
  | { readonly class: "unsupported"; readonly size: number; readonly feature: string };

export interface IntegerType {
  readonly class: "integer";
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** Of the bits, `precision` from `bitOffset` on are the value. */
  readonly bitOffset: number;
  readonly precision: number;
}

export interface BitfieldType extends Omit<IntegerType, "class" | "signed"> {
  readonly class: "bitfield";
}

export interface CompoundMember {
  readonly name: string;
  readonly offset: number;
  readonly type: Datatype;
}

export interface EnumMember {
  readonly name: string;
  /** The value's bytes in the enum's base type. */
  readonly bytes: Uint8Array;
}

/** Compounds in arrays in sequences …: how deep a type may nest. */
const MAX_DEPTH = 32;

export function parseDatatype(cursor: Cursor, depth = 0): Datatype {
  if (depth > MAX_DEPTH) throw corrupt("a datatype nested too deep", cursor.address);
  const start = cursor.address + cursor.position;
  const head = cursor.u8();
  const version = head >> 4;
  if (version < 1 || version > 5) throw corrupt(`version ${version} of a datatype does not exist`, start);
  const bits = cursor.uint(3);
  const size = cursor.u32();
  if (size === 0) throw corrupt("a datatype of no bytes", start);
  switch (head & 15) {
    case 0:
      return integer(cursor, bits, size);
    case 1:
      return float(cursor, bits, size);
    case 2:
      cursor.skip(2);
      return { class: "unsupported", size, feature: "the time datatype" };
    case 3:
      return { class: "string", size, padding: padding(bits & 15, start) };
    case 4:
      return bitfield(cursor, bits, size);
    case 5:
      return { class: "opaque", size, tag: cursor.text(bits & 255).replace(/\0+$/, "") };
    case 6:
      return compound(cursor, bits & 0xffff, size, version, depth);
    case 7:
      return reference(bits & 15, size);
    case 8:
      return enumeration(cursor, bits & 0xffff, size, version, depth);
    case 9:
      return variable(cursor, bits & 15, size, depth);
    case 10:
      return array(cursor, size, version, depth);
    case 11:
      return complex(cursor, size, depth);
    default:
      throw corrupt(`datatype class ${head & 15} does not exist`, start);
  }
}

function integer(cursor: Cursor, bits: number, size: number): Datatype {
  const fields = bitRange(cursor, size);
  if (!isWord(size)) return { class: "unsupported", size, feature: `an integer of ${size} bytes` };
  return { class: "integer", size, signed: (bits & 8) !== 0, littleEndian: (bits & 1) === 0, ...fields };
}

function bitfield(cursor: Cursor, bits: number, size: number): Datatype {
  const fields = bitRange(cursor, size);
  if (!isWord(size)) return { class: "unsupported", size, feature: `a bit field of ${size} bytes` };
  return { class: "bitfield", size, littleEndian: (bits & 1) === 0, ...fields };
}

function bitRange(cursor: Cursor, size: number): { bitOffset: number; precision: number } {
  const bitOffset = cursor.u16();
  const precision = cursor.u16();
  if (precision === 0 || bitOffset + precision > size * 8) {
    throw corrupt(`${precision} bits from bit ${bitOffset} in ${size} bytes`, cursor.address);
  }
  return { bitOffset, precision };
}

function isWord(size: number): size is 1 | 2 | 4 | 8 {
  return size === 1 || size === 2 || size === 4 || size === 8;
}

/** IEEE 754 by size: exponent position and length, mantissa length, exponent bias. */
const IEEE = { 2: [10, 5, 10, 15], 4: [23, 8, 23, 127], 8: [52, 11, 52, 1023] } as const;

function float(cursor: Cursor, bits: number, size: number): Datatype {
  const bitOffset = cursor.u16();
  const precision = cursor.u16();
  const [exponentAt, exponentSize, mantissaAt, mantissaSize] = cursor.take(4);
  const bias = cursor.u32();
  const layout = size === 2 || size === 4 || size === 8 ? IEEE[size] : undefined;
  const sign = (bits >> 8) & 0xff;
  const order = ((bits >> 5) & 2) | (bits & 1);
  const ieee =
    layout !== undefined &&
    bitOffset === 0 &&
    precision === size * 8 &&
    exponentAt === layout[0] &&
    exponentSize === layout[1] &&
    mantissaAt === 0 &&
    mantissaSize === layout[2] &&
    bias === layout[3] &&
    sign === size * 8 - 1 &&
    ((bits >> 4) & 3) === 2 &&
    order < 2;
  if (!ieee)
    return {
      class: "unsupported",
      size,
      feature: `a floating-point type of ${precision} bits that is not IEEE 754`,
    };
  return { class: "float", size: size as 2 | 4 | 8, littleEndian: order === 0 };
}

function padding(code: number, address: number): "null-terminated" | "null-padded" | "space-padded" {
  const name = (["null-terminated", "null-padded", "space-padded"] as const)[code];
  if (name === undefined) throw corrupt(`string padding ${code} does not exist`, address);
  return name;
}

function compound(cursor: Cursor, count: number, size: number, version: number, depth: number): Datatype {
  if (count === 0) throw corrupt("a compound of no members", cursor.address);
  const offsetBytes = size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 0x1000000 ? 3 : 4;
  const members: CompoundMember[] = [];
  for (let i = 0; i < count; i++) {
    const name = cursor.terminatedText(version < 3 ? 8 : 1);
    const offset = cursor.uint(version < 3 ? 4 : offsetBytes);
    // Version 1 puts a member's array dimensions here; later ones have an array type.
    const rank = version === 1 ? cursor.u8() : 0;
    if (rank > 4) throw corrupt(`a member of ${rank} dimensions; 4 are allowed`, cursor.address);
    const extents: number[] = [];
    if (version === 1) {
      cursor.skip(3 + 4 + 4);
      for (let d = 0; d < 4; d++) extents.push(cursor.u32());
    }
    const base = parseDatatype(cursor, depth + 1);
    const type = rank === 0 ? base : arrayOf(base, extents.slice(0, rank), cursor.address);
    if (offset + type.size > size)
      throw corrupt(`member ${name} reaches out of its compound`, cursor.address);
    members.push({ name, offset, type });
  }
  return { class: "compound", size, members };
}

/** Complex numbers (HDF5 2.0), as the compound of real and imaginary part that h5py has always made of them. */
function complex(cursor: Cursor, size: number, depth: number): Datatype {
  const type = parseDatatype(cursor, depth + 1);
  if (type.size * 2 !== size) throw corrupt(`a complex number of ${size} bytes`, cursor.address);
  const members = [
    { name: "r", offset: 0, type },
    { name: "i", offset: type.size, type },
  ];
  return { class: "compound", size, members };
}

function arrayOf(base: Datatype, shape: readonly number[], address: number): Datatype {
  const count = product(shape);
  if (count === 0 || count * base.size > 0xffffffff)
    throw corrupt(`an array type of ${count} elements`, address);
  return { class: "array", size: count * base.size, base, shape };
}

/** Kinds 2 to 4, since HDF5 1.12; they are stored in a form of their own. */
const NEW_REFERENCES = [
  "a standard reference to an object",
  "a standard reference to a region",
  "a standard reference to an attribute",
];

function reference(kind: number, size: number): Datatype {
  if (kind === 0) return { class: "reference", size, to: "object" };
  if (kind === 1) return { class: "reference", size, to: "region" };
  return { class: "unsupported", size, feature: NEW_REFERENCES[kind - 2] ?? `reference kind ${kind}` };
}

function enumeration(cursor: Cursor, count: number, size: number, version: number, depth: number): Datatype {
  const base = parseDatatype(cursor, depth + 1);
  if (base.size !== size)
    throw corrupt(`an enum of ${size} bytes over a type of ${base.size}`, cursor.address);
  const names = Array.from({ length: count }, () => cursor.terminatedText(version < 3 ? 8 : 1));
  const members = names.map((name) => ({ name, bytes: cursor.take(size) }));
  if (base.class !== "integer")
    return { class: "unsupported", size, feature: `an enum over ${base.class} values` };
  return { class: "enum", size, base, members };
}

function variable(cursor: Cursor, kind: number, size: number, depth: number): Datatype {
  const base = parseDatatype(cursor, depth + 1);
  if (size !== 4 + cursor.widths.offsetSize + 4)
    throw corrupt(`a variable-length type of ${size} bytes`, cursor.address);
  if (kind > 1) throw corrupt(`variable-length kind ${kind} does not exist`, cursor.address);
  return kind === 1 ? { class: "variable-string", size } : { class: "sequence", size, base };
}

function array(cursor: Cursor, size: number, version: number, depth: number): Datatype {
  const rank = cursor.u8();
  if (version < 3) cursor.skip(3);
  const shape = Array.from({ length: rank }, () => cursor.u32());
  if (version < 3) cursor.skip(4 * rank); // permutation, never used
  const type = arrayOf(parseDatatype(cursor, depth + 1), shape, cursor.address);
  if (type.size !== size) throw corrupt(`an array type of ${size} bytes holds ${type.size}`, cursor.address);
  return type;
}
