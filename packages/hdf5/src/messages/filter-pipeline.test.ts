import { describe, expect, it } from "vitest";
import { ascii, cursorOver, join, u8, u16, u32, zeros } from "../testing/build.js";
import { parseFilterPipeline } from "./filter-pipeline.js";

const corrupt = (problem: RegExp) =>
  expect.objectContaining({ code: "corrupt", problem: expect.stringMatching(problem) });

describe("filter pipelines", () => {
  it("of version 1 pad names and parameters", () => {
    const deflate = join(u16(1, 8, 1, 1), ascii("deflate\0"), u32(6, 0));
    const shuffle = join(u16(2, 0, 1, 2), u32(4, 9));
    expect(parseFilterPipeline(cursorOver(u8(1, 2), zeros(6), deflate, shuffle))).toEqual([
      { id: 1, name: "deflate", parameters: [6] },
      { id: 2, name: "", parameters: [4, 9] },
    ]);
  });

  it("of version 2 name only filters that are not HDF5's own", () => {
    const own = join(u16(3, 0, 0));
    const foreign = join(u16(32000, 4, 1, 1), ascii("lzf\0"), u32(5));
    expect(parseFilterPipeline(cursorOver(u8(2, 2), own, foreign))).toEqual([
      { id: 3, name: "", parameters: [] },
      { id: 32000, name: "lzf", parameters: [5] },
    ]);
  });

  it("have no more filters than a mask has bits", () => {
    expect(() => parseFilterPipeline(cursorOver(u8(2, 33)))).toThrow(corrupt(/33 filters; 32 are allowed/));
  });
});
