import { describe, expect, it } from "vitest";
import { ascii, cursorOver, join, u8, u16, u32, u64 } from "../testing/build.js";
import { Cursor } from "./cursor.js";

const corrupt = (problem: RegExp) =>
  expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) });

describe("Cursor", () => {
  it("reads fields one after the other", () => {
    const cursor = cursorOver(
      u8(1),
      u16(0x203),
      u32(0x4050607),
      u64(2 ** 53 - 1),
      u64(undefined),
      u64(9),
      ascii("ab"),
    );
    expect([cursor.u8(), cursor.u16(), cursor.u32(), cursor.u64()]).toEqual([
      1,
      0x203,
      0x4050607,
      2 ** 53 - 1,
    ]);
    expect([cursor.offset(), cursor.length(), cursor.text(2), cursor.remaining]).toEqual([
      undefined,
      9,
      "ab",
      0,
    ]);
  });

  it("reads addresses and lengths of the file's widths", () => {
    const cursor = new Cursor(join(u16(7), u16(0xffff), u32(5), u32(0xffffffff)), 0, {
      offsetSize: 2,
      lengthSize: 4,
    });
    expect([
      cursor.offset(),
      cursor.offset(),
      cursor.lengthOrUnlimited(),
      cursor.lengthOrUnlimited(),
    ]).toEqual([7, undefined, 5, undefined]);
  });

  it("never reads past the end", () => {
    for (const read of [
      (cursor: Cursor) => cursor.u16(),
      (cursor: Cursor) => cursor.offset(),
      (cursor: Cursor) => cursor.take(2),
      (cursor: Cursor) => cursor.skip(2),
      (cursor: Cursor) => cursor.sub(2),
    ])
      expect(() => read(cursorOver(u8(0xff)))).toThrow(corrupt(/ends early/));
  });

  it("refuses numbers that no double holds, and says where", () => {
    const cursor = cursorOver(u8(1), u64(2 ** 53));
    cursor.skip(1);
    expect(() => cursor.u64()).toThrow(
      expect.objectContaining({ address: 1, problem: "a number beyond 2^53" }),
    );
  });

  it("reads text up to its end, with what pads it", () => {
    const cursor = cursorOver(ascii("abc\0"), ascii("abcdefgh\0"), new Uint8Array(7), ascii("no end"));
    expect(cursor.terminatedText()).toBe("abc");
    expect(cursor.terminatedText(8)).toBe("abcdefgh");
    expect(() => cursor.terminatedText()).toThrow(corrupt(/a name without an end/));
  });

  it("expects signatures and versions", () => {
    const cursor = cursorOver(ascii("TREE"), u8(2, 2));
    cursor.expectSignature("TREE");
    expect(cursor.expectVersion("a tree", 1, 2)).toBe(2);
    expect(() => cursor.expectVersion("a tree", 0)).toThrow(corrupt(/version 2 of a tree does not exist/));
    expect(() => cursorOver(ascii("TREx")).expectSignature("TREE")).toThrow(corrupt(/"TREE" was expected/));
  });

  it("knows where in the file a part of it lies", () => {
    const cursor = new Cursor(u8(0, 0, 0, 1), 100, { offsetSize: 8, lengthSize: 8 });
    cursor.skip(2);
    expect(() => cursor.sub(2).u64()).toThrow(expect.objectContaining({ address: 102 }));
  });
});
