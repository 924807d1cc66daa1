import { describe, expect, it } from "vitest";
import { coalesce, type Stretch } from "./coalesce.js";

describe("coalesce", () => {
  const piece = (offset: number, length: number): Stretch => ({ offset, length });
  const ranges = (...args: Parameters<typeof coalesce<Stretch>>) =>
    coalesce(...args).map(({ offset, length, pieces }) => [offset, length, pieces.length]);

  it("joins what lies within the gap, in order of offset", () => {
    expect(ranges([piece(100, 10), piece(0, 10), piece(15, 5)], 5)).toEqual([
      [0, 20, 2],
      [100, 10, 1],
    ]);
  });

  it("keeps reads below the limit, unless one piece is larger", () => {
    expect(ranges([piece(0, 60), piece(60, 60), piece(120, 200)], 5, 100)).toEqual([
      [0, 60, 1],
      [60, 60, 1],
      [120, 200, 1],
    ]);
  });

  it("does not shrink a read by a piece inside it", () => {
    expect(ranges([piece(0, 50), piece(10, 5)], 0)).toEqual([[0, 50, 2]]);
  });
});
