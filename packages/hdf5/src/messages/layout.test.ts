import { describe, expect, it } from "vitest";
import { cursorOver, join, u8, u16, u32, u64, zeros } from "../testing/build.js";
import { parseLayout } from "./layout.js";

const parse = (...parts: Uint8Array[]) => parseLayout(cursorOver(...parts));
const old = (version: number, rank: number, kind: number) => join(u8(version, rank, kind), zeros(5));

describe("layouts of HDF5 before 1.6", () => {
  it("contiguous", () => {
    expect(parse(old(1, 2, 1), u64(99), u32(10, 4))).toEqual({
      kind: "contiguous",
      address: 99,
      length: undefined,
    });
  });

  it("compact", () => {
    const layout = parse(old(2, 1, 0), u32(4), u32(3), u8(7, 8, 9));
    expect(layout).toEqual({ kind: "compact", bytes: u8(7, 8, 9) });
  });

  it("chunked, the element's size being the last extent", () => {
    expect(parse(old(1, 3, 2), u64(undefined), u32(10, 5, 8))).toEqual({
      kind: "chunked",
      chunkShape: [10, 5],
      elementSize: 8,
      index: { type: "btree-v1", address: undefined },
      plainEdges: false,
    });
  });
});

describe("what cannot be a layout", () => {
  const chunks = (flags: number, code: number) => [u8(4, 2, flags, 2, 4), u32(10, 4), u8(code)];
  it.each([
    ["a version that does not exist", [u8(6, 1)], /version 6 of a data layout/],
    ["a kind that does not exist", [u8(3, 4)], /data layout 4/],
    ["an old kind that does not exist", [old(1, 1, 3), u64(1), u32(4)], /data layout 3/],
    ["no dimension", [old(1, 0, 1), u64(99)], /a layout of 0 dimensions/],
    ["too many dimensions", [u8(3, 2, 34), u64(99)], /a layout of 34 dimensions/],
    ["chunks without a dimension", [u8(3, 2, 1), u64(99), u32(4)], /chunks of 4 bytes/],
    ["chunks of nothing", [u8(3, 2, 2), u64(99), u32(0, 4)], /chunks of 0 x 4 bytes/],
    ["chunks beyond all numbers", [u8(3, 2, 4), u64(99), u32(2 ** 31, 2 ** 31, 2 ** 31, 4)], /chunks of/],
    ["extents of nine bytes", [u8(4, 2, 0, 2, 9)], /chunk extents of 9 bytes/],
    ["an index that does not exist", chunks(0, 6), /chunk index 6/],
    ["no index", chunks(0, 0), /chunk index 0/],
    ["compact values that are not there", [u8(3, 0), u16(10)], /ends early/],
  ])("%s", (_, parts, problem) => {
    expect(() => parse(...parts)).toThrow(
      expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) }),
    );
  });
});
