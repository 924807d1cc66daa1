import { describe, expect, it } from "vitest";
import type { Datatype } from "../messages/datatype.js";
import { ascii, join, u8, u32, u64, zeros } from "../testing/build.js";
import { toValues } from "./element.js";

const string = (size: number, padding: Extract<Datatype, { class: "string" }>["padding"]): Datatype => ({
  class: "string",
  size,
  padding,
});
const u1: Datatype = {
  class: "integer",
  size: 1,
  signed: false,
  littleEndian: true,
  bitOffset: 0,
  precision: 8,
};

/** A value of variable length: its length, and the place of its bytes in the global heap. */
const variable = (length: number, address: number, index: number) =>
  join(u32(length), u64(address), u32(index));

function decode(bytes: Uint8Array, type: Datatype, objects: Readonly<Record<string, Uint8Array>> = {}) {
  return toValues(bytes, type, { offsetSize: 8, heap: (address, index) => objects[`${address}.${index}`] });
}

describe("toValues", () => {
  it("strips the padding of strings, each kind its own", () => {
    const bytes = ascii("ab\0d  \0\0\0\0\0\0");
    expect(decode(bytes, string(6, "null-terminated"))).toEqual(["ab", ""]);
    expect(decode(bytes, string(6, "null-padded"))).toEqual(["ab\0d  ", ""]);
    expect(decode(bytes, string(6, "space-padded"))).toEqual(["ab\0d", "\0\0\0\0\0\0"]);
    expect(decode(ascii("abcdef"), string(3, "null-terminated"))).toEqual(["abc", "def"]);
  });

  it("reads values of variable length from the heap", () => {
    const bytes = join(variable(4, 100, 1), variable(2, 100, 2), variable(0, 100, 3), variable(3, 0, 0));
    const objects = { "100.1": ascii("text"), "100.2": ascii("x\0") };
    expect(decode(bytes, { class: "variable-string", size: 16 }, objects)).toEqual(["text", "x", "", ""]);
    const sequence: Datatype = { class: "sequence", size: 16, base: u1 };
    expect(decode(variable(3, 100, 1), sequence, { "100.1": u8(1, 2, 3, 0) })).toEqual([u8(1, 2, 3)]);
    // Not loaded yet: the caller loads it and decodes again.
    expect(decode(variable(3, 100, 9), sequence)).toEqual([u8()]);
  });

  it("refuses values longer than their object in the heap", () => {
    const bytes = variable(5, 100, 1);
    expect(() => decode(bytes, { class: "variable-string", size: 16 }, { "100.1": ascii("text") })).toThrow(
      expect.objectContaining({ code: "corrupt", address: 100 }),
    );
  });

  it("gives references as addresses, and null for those that point nowhere", () => {
    const bytes = u64(1234, 0, undefined);
    expect(decode(bytes, { class: "reference", size: 8, to: "object" })).toEqual([1234, null, null]);
  });

  it.each<[Datatype, string]>([
    [{ class: "reference", size: 12, to: "region" }, "a region reference"],
    [{ class: "unsupported", size: 4, feature: "the time datatype" }, "the time datatype"],
  ])("names what it does not decode: %j", (type, feature) => {
    expect(() => decode(zeros(12), type)).toThrow(expect.objectContaining({ code: "unsupported", feature }));
  });

  it("gives opaque values as bytes, arrays flat, and compounds by member", () => {
    expect(decode(u8(1, 2, 3, 4), { class: "opaque", size: 2, tag: "" })).toEqual([u8(1, 2), u8(3, 4)]);
    const pair: Datatype = { class: "array", size: 2, base: u1, shape: [2] };
    expect(decode(u8(1, 2, 3, 4), pair)).toEqual(u8(1, 2, 3, 4));
    const members = [
      { name: "pair", offset: 1, type: pair },
      { name: "one", offset: 0, type: u1 },
    ];
    expect(decode(u8(9, 1, 2, 8, 3, 4), { class: "compound", size: 3, members })).toEqual([
      { pair: u8(1, 2), one: 9 },
      { pair: u8(3, 4), one: 8 },
    ]);
    expect(decode(u8(), { class: "compound", size: 3, members })).toEqual([]);
  });
});
