import { describe, expect, it } from "vitest";
import { ascii, cursorOver, join, u8, u16, u32, zeros } from "../testing/build.js";
import { parseDatatype } from "./datatype.js";

const head = (version: number, kind: number, bits: number, size: number) =>
  join(u8((version << 4) | kind, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255), u32(size));

const INT32 = join(head(1, 0, 8, 4), u16(0, 32));
const UINT8 = join(head(1, 0, 0, 1), u16(0, 8));
const int32 = { class: "integer", size: 4, signed: true, littleEndian: true, bitOffset: 0, precision: 32 };

const parse = (...parts: Uint8Array[]) => parseDatatype(cursorOver(...parts));

describe("datatypes that libhdf5 no longer writes, or that no file here has", () => {
  it("compounds of version 1 hold the dimensions of their members", () => {
    const dimensions = (rank: number, ...extents: number[]) =>
      join(u8(rank, 0, 0, 0), zeros(8), u32(...extents, ...[0, 0, 0, 0].slice(extents.length)));
    const type = parse(
      head(1, 6, 2, 28),
      ascii("single\0\0"),
      u32(0),
      dimensions(0),
      INT32,
      ascii("several\0"),
      u32(4),
      dimensions(2, 2, 3),
      INT32,
    );
    expect(type).toEqual({
      class: "compound",
      size: 28,
      members: [
        { name: "single", offset: 0, type: int32 },
        { name: "several", offset: 4, type: { class: "array", size: 24, base: int32, shape: [2, 3] } },
      ],
    });
  });

  it("arrays of version 2 hold a permutation", () => {
    const type = parse(head(2, 10, 0, 24), u8(2, 0, 0, 0), u32(2, 3), u32(0, 1), INT32);
    expect(type).toEqual({ class: "array", size: 24, base: int32, shape: [2, 3] });
  });

  it("complex numbers are compounds", () => {
    const float = join(head(1, 1, 0x1f20, 4), u16(0, 32), u8(23, 8, 0, 23), u32(127));
    expect(parse(head(5, 11, 0, 8), float)).toMatchObject({
      class: "compound",
      members: [
        { name: "r", offset: 0, type: { class: "float", size: 4 } },
        { name: "i", offset: 4, type: { class: "float", size: 4 } },
      ],
    });
  });

  it("references of HDF5 1.12 are named", () => {
    for (const [kind, feature] of [
      [2, "a standard reference to an object"],
      [3, "a standard reference to a region"],
      [4, "a standard reference to an attribute"],
      [9, "reference kind 9"],
    ] as const)
      expect(parse(head(4, 7, kind, 64))).toEqual({ class: "unsupported", size: 64, feature });
  });

  it("long compounds have wider offsets", () => {
    for (const [size, offset] of [
      [0x80, u8(4)],
      [0x8000, u16(4)],
      [0x800000, u8(4, 0, 0)],
      [0x8000000, u32(4)],
    ] as const)
      expect(parse(head(3, 6, 1, size), ascii("a\0"), offset, INT32)).toMatchObject({
        members: [{ name: "a", offset: 4 }],
      });
  });

  it("floats in VAX order, or with other fields, are named", () => {
    const fields = join(u16(0, 32), u8(23, 8, 0, 23), u32(127));
    const feature = "a floating-point type of 32 bits that is not IEEE 754";
    expect(parse(head(1, 1, 0x1f20, 4), fields)).toMatchObject({ class: "float", littleEndian: true });
    expect(parse(head(1, 1, 0x1f21, 4), fields)).toMatchObject({ class: "float", littleEndian: false });
    for (const bits of [0x1f61, 0x1f60, 0x1e20, 0x1f00])
      expect(parse(head(1, 1, bits, 4), fields)).toEqual({ class: "unsupported", size: 4, feature });
  });
});

describe("what cannot be a datatype", () => {
  const deep = join(...Array.from({ length: 40 }, () => head(3, 9, 0, 16)), INT32);
  it.each([
    ["a version that does not exist", [head(6, 0, 0, 4)], /version 6 of a datatype/],
    ["no bytes", [head(1, 0, 0, 0), u16(0, 32)], /a datatype of no bytes/],
    ["a class that does not exist", [head(1, 12, 0, 4)], /datatype class 12/],
    ["bits beyond the element", [head(1, 0, 0, 4), u16(1, 32)], /32 bits from bit 1 in 4 bytes/],
    ["no bits", [head(1, 4, 0, 4), u16(0, 0)], /0 bits/],
    ["another padding of strings", [head(1, 3, 5, 4)], /string padding 5/],
    ["a compound of no members", [head(3, 6, 0, 8)], /a compound of no members/],
    ["a compound of no members, of version 1", [head(1, 6, 0, 8)], /a compound of no members/],
    ["a member beyond its compound", [head(3, 6, 1, 4), ascii("a\0"), u8(1), INT32], /member a reaches out/],
    [
      "a member of five dimensions",
      [head(1, 6, 1, 8), ascii("a\0\0\0\0\0\0\0"), u32(0), u8(5, 0, 0, 0)],
      /5 dimensions/,
    ],
    ["a name without an end", [head(3, 6, 1, 4), ascii("abc")], /a name without an end/],
    ["an array of nothing", [head(3, 10, 0, 4), u8(1), u32(0), INT32], /an array type of 0 elements/],
    ["an array beyond 32 bits", [head(3, 10, 0, 4), u8(2), u32(65536, 65536), INT32], /an array type/],
    [
      "an array of another size",
      [head(3, 10, 0, 9), u8(1), u32(2), INT32],
      /an array type of 9 bytes holds 8/,
    ],
    [
      "an enum of another size than its base",
      [head(3, 8, 0, 4), UINT8],
      /an enum of 4 bytes over a type of 1/,
    ],
    ["a sequence of another size", [head(3, 9, 0, 12), INT32], /a variable-length type of 12 bytes/],
    ["a variable length of a kind that does not exist", [head(3, 9, 2, 16), INT32], /variable-length kind 2/],
    ["a complex number of another size", [head(5, 11, 0, 4), INT32], /a complex number of 4 bytes/],
    ["types in types without end", [deep], /a datatype nested too deep/],
  ])("%s", (_, parts, problem) => {
    expect(() => parse(...parts)).toThrow(
      expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) }),
    );
  });
});
