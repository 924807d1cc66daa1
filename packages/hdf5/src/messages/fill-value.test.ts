import { describe, expect, it } from "vitest";
import { cursorOver, join, u8, u32 } from "../testing/build.js";
import { parseFillValue, parseOldFillValue } from "./fill-value.js";

const corrupt = (problem: RegExp) =>
  expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) });

describe("fill values", () => {
  it("are there only where somebody chose one", () => {
    const value = join(u32(2), u8(7, 8));
    for (const [expected, ...parts] of [
      [u8(7, 8), u8(1, 0, 0, 0), value],
      [u8(7, 8), u8(2, 0, 0, 1), value],
      [undefined, u8(2, 0, 0, 0)],
      [undefined, u8(1, 0, 0, 0), u32(0)],
      [undefined, u8(1, 0, 0, 0), u32(0xffffffff)],
      [u8(7, 8), u8(3, 0x20), value],
      [undefined, u8(3, 0x10)],
    ] as const)
      expect(parseFillValue(cursorOver(...parts))).toEqual(expected);
    expect(parseOldFillValue(cursorOver(value))).toEqual(u8(7, 8));
  });

  it("are as long as they say", () => {
    expect(() => parseOldFillValue(cursorOver(u32(3), u8(7, 8)))).toThrow(corrupt(/a fill value of 3 bytes/));
  });
});
