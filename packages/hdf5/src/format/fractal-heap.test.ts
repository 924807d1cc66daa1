import { describe, expect, it } from "vitest";
import { ascii, join, u8, u16, u32, u64, zeros } from "../testing/build.js";
import { metadataOf } from "../testing/metadata-of.js";
import { seal } from "../testing/patch.js";
import { openFractalHeap } from "./fractal-heap.js";

// Heaps with managed objects are read in test-files.test.ts; these kinds no writer makes for links or attributes.

/** A heap at address 0 without a block, whose ids have so many bytes; behind it, at 200, whatever is to be found. */
function heapOf(idBytes: number, ...behind: Uint8Array[]) {
  const head = join(
    ...[
      ascii("FRHP"),
      u8(0),
      u16(idBytes, 0),
      u8(2),
      u32(4096),
      u64(0, undefined),
      u64(0, undefined),
      zeros(8 * 8),
    ],
    ...[u16(4), u64(1024, 65536), u16(32, 1), u64(undefined), u16(0), zeros(4)],
  );
  return openFractalHeap(
    metadataOf(join(seal(head, 0, head.length), zeros(200 - head.length), ...behind)),
    0,
  );
}

describe("a fractal heap", () => {
  it("holds tiny objects in their ids", async () => {
    const short = await heapOf(8);
    expect((await short.read(join(u8(0x22), ascii("abc"), zeros(4)))).text(3)).toBe("abc");
    const long = await heapOf(20);
    expect((await long.read(join(u8(0x20, 16), ascii("seventeen letters"), zeros(1)))).text(17)).toBe(
      "seventeen letters",
    );
    await expect(short.read(join(u8(0x29), zeros(7)))).rejects.toMatchObject({
      problem: "a tiny heap object reaches out of its id",
    });
  });

  it("may hold the place of huge objects in their ids", async () => {
    const heap = await heapOf(17, ascii("somewhere else"));
    expect((await heap.read(join(u8(0x10), u64(200, 9)))).text(9)).toBe("somewhere");
    await expect(heap.read(join(u8(0x10), u64(undefined, 9)))).rejects.toMatchObject({
      problem: "a huge heap object without an address",
    });
  });

  it("finds other huge objects in an index, if it has one", async () => {
    const read = (await heapOf(8)).read(join(u8(0x10), zeros(7)));
    await expect(read).rejects.toMatchObject({ problem: "a huge heap object without an index" });
  });

  it("knows no further kind, and no managed object without blocks", async () => {
    const heap = await heapOf(8);
    await expect(heap.read(join(u8(0x30), zeros(7)))).rejects.toMatchObject({
      problem: "an unknown kind of heap object",
    });
    await expect(heap.read(zeros(8))).rejects.toMatchObject({ problem: "a heap object in an empty heap" });
    await expect(heap.read(zeros(7))).rejects.toMatchObject({ problem: "a heap id of 7 bytes" });
  });
});
