import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHdf5Error } from "../error.js";
import type { ChunkMap } from "../index/chunk-map.js";
import { countRows, type Piece, plan, type RowRange } from "./plan.js";

/** A map whose chunks lie one after the other, without those in `absent`. */
function mapOf(
  shape: number[],
  chunkShape: number[],
  filtered: boolean,
  absent: readonly number[] = [],
): ChunkMap {
  const total = shape.reduce(
    (product, extent, d) => product * Math.ceil(extent / (chunkShape[d] as number)),
    1,
  );
  const bytes = chunkShape.reduce((product, extent) => product * extent, 4);
  const position = Float64Array.from({ length: total }, (_, i) => i).filter((i) => !absent.includes(i));
  return {
    shape,
    chunkShape,
    elementSize: 4,
    filtered,
    position,
    offset: position.map((i) => 1000 + i * bytes),
    size: position.map(() => bytes),
    mask: new Uint32Array(position.length),
  };
}

const summary = ({ offset, length, segments }: Piece) => ({ offset, length, segments });

describe("plan", () => {
  it("reads the chunks that hold the rows, whole when they are filtered", () => {
    const { pieces, rows, complete } = plan({ map: mapOf([25], [10], true), rows: [[8, 12]] });
    expect(pieces.map(summary)).toEqual([
      { offset: 1000, length: 40, segments: [{ row: 8, at: 0, count: 2 }] },
      { offset: 1040, length: 40, segments: [{ row: 10, at: 2, count: 2 }] },
    ]);
    expect({ rows, complete }).toEqual({ rows: 4, complete: true });
  });

  it("reads only the needed rows of unfiltered chunks", () => {
    const { pieces } = plan({ map: mapOf([25], [10], false), rows: [[8, 12]] });
    expect(pieces.map(summary)).toEqual([
      { offset: 1032, length: 8, segments: [{ row: 8, at: 0, count: 2 }] },
      { offset: 1040, length: 8, segments: [{ row: 10, at: 2, count: 2 }] },
    ]);
  });

  it("reads a chunk once that several ranges share", () => {
    const { pieces } = plan({
      map: mapOf([25], [10], true),
      rows: [
        [0, 1],
        [3, 5],
        [9, 11],
      ],
    });
    expect(pieces.map(({ segments }) => segments)).toEqual([
      [
        { row: 0, at: 0, count: 1 },
        { row: 3, at: 1, count: 2 },
        { row: 9, at: 3, count: 1 },
      ],
      [{ row: 10, at: 4, count: 1 }],
    ]);
  });

  it("starts at a chunk's first row and ends at its last", () => {
    const map = mapOf([25], [10], true);
    const touched = (range: RowRange) => plan({ map, rows: [range] }).pieces.map(({ origin }) => origin[0]);
    expect(touched([10, 20])).toEqual([10]);
    expect(touched([9, 20])).toEqual([0, 10]);
    expect(touched([10, 21])).toEqual([10, 20]);
    expect(touched([20, 25])).toEqual([20]);
    expect(touched([7, 7])).toEqual([]);
  });

  it("says where chunks are missing", () => {
    const map = mapOf([25], [10], true, [1]);
    expect(plan({ map, rows: [[0, 10]] }).complete).toBe(true);
    expect(plan({ map, rows: [[0, 11]] }).complete).toBe(false);
  });

  it("plans as many chunks as there may be", () => {
    const rows = 300_000;
    expect(plan({ map: mapOf([rows], [1], true), rows: [[0, rows]] }).pieces).toHaveLength(rows);
  });

  it("covers every wanted row exactly once, in any number of dimensions", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(fc.nat(9), { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        (extents, cuts, filtered) => {
          const shape = extents.map(([extent]) => extent);
          const map = mapOf(
            shape,
            extents.map(([, chunk]) => chunk),
            filtered,
          );
          const edges = [...new Set(cuts.map((cut) => Math.min(cut, shape[0] as number)))].sort(
            (a, b) => a - b,
          );
          const rows = edges.flatMap((edge, i): RowRange[] =>
            i % 2 === 1 ? [[edges[i - 1] as number, edge]] : [],
          );
          const wanted = rows.flatMap(([start, stop]) =>
            Array.from({ length: stop - start }, (_, i) => start + i),
          );
          const { pieces, ...found } = plan({ map, rows });
          expect(found).toMatchObject({ rows: wanted.length, complete: true });
          const across = shape
            .slice(1)
            .reduce((n, extent, d) => n * Math.ceil(extent / (map.chunkShape[d + 1] as number)), 1);
          const seen = wanted.map(() => 0);
          for (const { segments } of pieces) {
            for (const { row, at, count } of segments) {
              for (let i = 0; i < count; i++) {
                expect(wanted[at + i]).toBe(row + i);
                seen[at + i] = (seen[at + i] as number) + 1;
              }
            }
          }
          expect(seen.every((times) => times === across)).toBe(true);
        },
      ),
    );
  });
});

it("refuses rows out of order, out of range, or not whole", () => {
  for (const rows of [
    [[3, 2]],
    [[-1, 2]],
    [[0, 11]],
    [[0.5, 2]],
    [
      [2, 4],
      [3, 5],
    ],
  ] as RowRange[][]) {
    expect(() => countRows(rows, 10)).toThrow(expect.objectContaining({ code: "invalid-request" }));
  }
  expect(
    countRows(
      [
        [0, 2],
        [2, 10],
      ],
      10,
    ),
  ).toBe(10);
  expect(isHdf5Error(new Error("x"))).toBe(false);
});
