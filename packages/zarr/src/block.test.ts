import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BlockLimits, blockIndex, blockIndexBytes, decodeBlock, encodeBlock } from "./block.js";
import { crc32c } from "./crc32c.js";
import { isZarrError } from "./error.js";

const CHUNKS = [Uint8Array.of(1, 2, 3), undefined, new Uint8Array(0), Uint8Array.of(9)];
const BLOCK = encodeBlock(CHUNKS);
const LIMITS: BlockLimits = { slots: 4, size: BLOCK.length, maxLength: 3 };

/** The object with one number of its index replaced, and a checksum that fits. */
function withEntry(slot: number, field: "offset" | "length", value: bigint): Uint8Array {
  const block = BLOCK.slice();
  const at = block.length - blockIndexBytes(4);
  const view = new DataView(block.buffer);
  view.setBigUint64(at + 16 * slot + (field === "offset" ? 0 : 8), value, true);
  view.setUint32(block.length - 4, crc32c(block.subarray(at, block.length - 4)), true);
  return block;
}

test("an object is its chunks side by side, and an index of uint64 with crc32c at its end", () => {
  expect([...BLOCK.subarray(0, 4)]).toEqual([1, 2, 3, 9]);
  expect(BLOCK).toHaveLength(4 + 4 * 16 + 4);
  const index = new DataView(BLOCK.buffer, 4);
  expect(Array.from({ length: 8 }, (_, i) => index.getBigUint64(8 * i, true))).toEqual([
    0n,
    3n,
    2n ** 64n - 1n,
    2n ** 64n - 1n,
    3n,
    0n,
    3n,
    1n,
  ]);
  expect(index.getUint32(64, true)).toBe(crc32c(BLOCK.subarray(4, 68)));
});

test("every chunk comes back, from wherever the object lies in memory", () => {
  const slots = fc.array(fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }), { maxLength: 70 });
  fc.assert(
    fc.property(slots, fc.nat(9), (chunks, shift) => {
      const block = encodeBlock(chunks);
      const shifted = new Uint8Array(block.length + shift).subarray(shift);
      shifted.set(block);
      const found = decodeBlock(shifted, { slots: chunks.length, maxLength: 40 });
      expect(found.map((chunk) => chunk && [...chunk])).toEqual(chunks.map((chunk) => chunk && [...chunk]));
    }),
  );
});

test("the index is read from the end alone", () => {
  const end = BLOCK.subarray(BLOCK.length - blockIndexBytes(4));
  expect(blockIndex(end, LIMITS)).toEqual([
    { offset: 0, length: 3 },
    undefined,
    { offset: 3, length: 0 },
    { offset: 3, length: 1 },
  ]);
});

describe("an index is refused", () => {
  test.each<[string, Uint8Array, Partial<BlockLimits>, RegExp]>([
    ["cut off", BLOCK.subarray(5), {}, /has 67 bytes, fewer than the 68/],
    ["of an object that is shorter than it", BLOCK, { size: 60 }, /has 60 bytes/],
    ["of other slots", BLOCK, { slots: 3 }, /checksum/],
    ["that reaches beyond the object", withEntry(3, "offset", 4n), {}, /inner chunk 3 .*1 bytes from 4/],
    ["that reaches into itself", withEntry(3, "length", 2n), {}, /2 bytes from 3 on/],
    ["with more than a chunk takes", withEntry(0, "length", 4n), {}, /inner chunk 0 .*4 bytes/],
    ["with numbers beyond reason", withEntry(0, "offset", 2n ** 64n - 2n), {}, /inner chunk 0/],
    ["with half a chunk missing", withEntry(1, "offset", 0n), {}, /inner chunk 1/],
    ["with the other half missing", withEntry(1, "length", 0n), {}, /inner chunk 1/],
  ])("%s", (_, end, limits, message) => {
    expect(() => blockIndex(end, { ...LIMITS, ...limits })).toThrow(
      expect.objectContaining({ code: "corrupt", message: expect.stringMatching(message) }),
    );
  });

  test("where any bit of it is wrong", () => {
    for (let bit = 8 * 4; bit < 8 * BLOCK.length; bit++) {
      const broken = BLOCK.slice();
      broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decodeBlock(broken, LIMITS), `bit ${bit}`).toThrow(/checksum/);
    }
  });

  test("whatever the bytes are, in a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(10), (bytes, slots) => {
        try {
          decodeBlock(bytes, { slots, maxLength: 10 });
        } catch (error) {
          expect(isZarrError(error) && error.code).toBe("corrupt");
        }
      }),
    );
  });
});
