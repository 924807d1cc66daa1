import fc from "fast-check";
import { expect, it } from "vitest";
import { unshuffle } from "./shuffle.js";

function shuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const out = bytes.slice();
  for (let i = 0; i < count; i++)
    for (let b = 0; b < size; b++) out[b * count + i] = bytes[i * size + b] as number;
  return out;
}

it("undoes the shuffle of elements of any size, with bytes left over", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 17 }), (bytes, size) => {
      expect(unshuffle(shuffle(bytes, size), size)).toEqual(bytes);
    }),
  );
});

it("takes bytes that lie anywhere in their buffer", () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => i);
  const shifted = new Uint8Array(43).subarray(3);
  shifted.set(shuffle(bytes, 8));
  expect(unshuffle(shifted, 8)).toEqual(bytes);
});
