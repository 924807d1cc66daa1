import { describe, expect, it } from "vitest";
import { cursorOver, join, u8, u64, zeros } from "../testing/build.js";
import { elementCount, parseDataspace, product, rowShape } from "./dataspace.js";

const corrupt = (problem: RegExp) =>
  expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) });

describe("dataspaces", () => {
  it("of both versions", () => {
    const expected = { kind: "simple", shape: [3, 4], maxShape: [3, Number.POSITIVE_INFINITY] };
    expect(parseDataspace(cursorOver(u8(1, 2, 1), zeros(5), u64(3, 4, 3, undefined)))).toEqual(expected);
    expect(parseDataspace(cursorOver(u8(2, 2, 1, 1), u64(3, 4, 3, undefined)))).toEqual(expected);
    expect(parseDataspace(cursorOver(u8(1, 0, 0), zeros(5)))).toEqual({
      kind: "scalar",
      shape: [],
      maxShape: [],
    });
    expect(parseDataspace(cursorOver(u8(2, 0, 0, 2)))).toEqual({ kind: "null", shape: [], maxShape: [] });
  });

  it("count their elements, and rows", () => {
    const [scalar, none] = [cursorOver(u8(2, 0, 0, 0)), cursorOver(u8(2, 0, 0, 2))].map(parseDataspace);
    if (!scalar || !none) throw new Error("no dataspaces");
    expect([scalar, none].map(elementCount)).toEqual([1, 0]);
    expect([scalar, none].map(rowShape)).toEqual([[1], [0]]);
    expect(product([2, 3], 4)).toBe(24);
  });

  it.each([
    ["too many dimensions", u8(1, 33, 0), /33 dimensions; 32 are allowed/],
    ["a kind that does not exist", u8(2, 0, 0, 3), /an unknown kind of dataspace/],
    ["a scalar with extents", u8(2, 1, 0, 0), /a scalar dataspace with 1 dimensions/],
    ["more than the largest", join(u8(2, 1, 1, 1), u64(5, 4)), /longer than its maximum/],
  ])("refuse %s", (_, bytes, problem) => {
    expect(() => parseDataspace(cursorOver(bytes))).toThrow(corrupt(problem));
  });
});
