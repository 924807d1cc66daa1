import { describe, expect, it } from "vitest";
import { ascii } from "../testing/build.js";
import { CacheImage } from "./cache-image.js";

const image = new CacheImage([
  { address: 30, bytes: ascii("later") },
  { address: 10, bytes: ascii("first") },
  { address: 15, bytes: ascii("second") },
]);
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

describe("CacheImage", () => {
  it("gives what one entry holds", () => {
    expect(text(image.whole(10, 5))).toBe("first");
    expect(text(image.whole(16, 3))).toBe("eco");
    for (const [address, length] of [
      [9, 2],
      [14, 2],
      [20, 2],
      [21, 1],
      [35, 1],
      [0, 5],
    ] as const)
      expect(image.whole(address, length)).toBeUndefined();
  });

  it("lies over what the file holds", () => {
    const under = (length: number) => ascii("-".repeat(length));
    expect(text(image.over(0, under(40)))).toBe("----------firstsecond---------later-----");
    expect(text(image.over(12, under(5)))).toBe("rstse");
    expect(text(image.over(33, under(4)))).toBe("er--");
    expect(text(image.over(22, under(9)))).toBe("--------l");
  });

  it("leaves bytes alone that it has no entry for", () => {
    const bytes = ascii("untouched");
    expect(image.over(21, bytes)).toBe(bytes);
    expect(image.over(100, bytes)).toBe(bytes);
  });

  it("refuses two entries for one place", () => {
    const twice = [
      { address: 10, bytes: ascii("one") },
      { address: 12, bytes: ascii("two") },
    ];
    expect(() => new CacheImage(twice)).toThrow(expect.objectContaining({ code: "corrupt", address: 12 }));
  });
});
