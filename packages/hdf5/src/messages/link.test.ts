import { describe, expect, it } from "vitest";
import { ascii, cursorOver, join, u8, u16, u64, zeros } from "../testing/build.js";
import { parseAttributeInfo, parseLink, parseLinkInfo } from "./link.js";

const corrupt = (problem: RegExp) =>
  expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) });

describe("links", () => {
  it("of every kind", () => {
    const text = (value: string) => join(u16(value.length), ascii(value));
    for (const [expected, ...parts] of [
      [{ kind: "hard", name: "a", address: 9 }, u8(1, 0, 1), ascii("a"), u64(9)],
      [{ kind: "hard", name: "ab", address: 9 }, u8(1, 0x15), zeros(9), u16(2), ascii("ab"), u64(9)],
      [{ kind: "soft", name: "a", target: "/x" }, u8(1, 8, 1, 1), ascii("a"), text("/x")],
      [
        { kind: "external", name: "a", file: "b.h5", target: "/x" },
        u8(1, 8, 64, 1),
        ascii("a"),
        text("\0b.h5\0/x\0"),
      ],
      [{ kind: "user-defined", name: "a" }, u8(1, 8, 70, 1), ascii("a"), text("???")],
    ] as const)
      expect(parseLink(cursorOver(...parts))).toEqual(expected);
    expect(() => parseLink(cursorOver(u8(1, 0, 1), ascii("a"), u64(undefined)))).toThrow(
      corrupt(/link a leads nowhere/),
    );
  });

  it("and attributes in dense storage have an index by name", () => {
    const places = u64(5, 6);
    expect(parseLinkInfo(cursorOver(u8(0, 0), places))).toEqual({ heap: 5, nameIndex: 6 });
    expect(parseLinkInfo(cursorOver(u8(0, 1), zeros(8), places))).toEqual({ heap: 5, nameIndex: 6 });
    expect(parseAttributeInfo(cursorOver(u8(0, 1, 0, 0), places))).toEqual({ heap: 5, nameIndex: 6 });
    expect(parseLinkInfo(cursorOver(u8(0, 0), u64(undefined, undefined)))).toBeUndefined();
    expect(() => parseLinkInfo(cursorOver(u8(0, 0), u64(5, undefined)))).toThrow(
      corrupt(/without an index by name/),
    );
  });
});
