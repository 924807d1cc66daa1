import { describe, expect, it } from "vitest";
import { fletcher32, lookup3 } from "./checksum.js";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("lookup3", () => {
  it("gives the values of its author's self-test", () => {
    expect(lookup3(ascii(""))).toBe(0xdeadbeef);
    expect(lookup3(ascii("Four score and seven years ago"))).toBe(0x17770551);
  });

  it("hashes a part as if it were the whole", () => {
    const bytes = ascii("--Four score and seven years ago--");
    expect(lookup3(bytes, 2, bytes.length - 2)).toBe(0x17770551);
  });
});

describe("fletcher32", () => {
  it("gives the published values over big-endian words", () => {
    // "abcde" and "abcdef" with the bytes of each word swapped, as the usual vectors are little-endian.
    expect(fletcher32(ascii("badcfe"))).toBe(0x56502d2a);
    expect(fletcher32(ascii("badcfehg"))).toBe(0xebe19591);
  });

  it("does not overflow over long runs of ones", () => {
    expect(fletcher32(new Uint8Array(1_000_000).fill(0xff))).toBe(0xffffffff);
  });
});
