import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflate as inflateInBrowsers } from "./inflate.browser.js";
import { inflate as inflateInNode } from "./inflate.node.js";

describe.each([
  ["Node", inflateInNode],
  ["browsers", inflateInBrowsers],
])("inflate in %s", (_, inflate) => {
  it("gives back what was deflated", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 0, max: 9 }), (bytes, level) => {
        const out = inflate(new Uint8Array(deflateSync(bytes, { level })), bytes.length);
        expect(Buffer.compare(out, bytes)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses more than is allowed, at no more cost than that", () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(10_000_000)));
    expect(() => inflate(bomb, 9_999)).toThrow();
  });

  it("refuses a stream whose checksum does not match, and one that is cut off", () => {
    const stream = new Uint8Array(deflateSync(Uint8Array.from({ length: 1000 }, (_, i) => i * i)));
    const broken = stream.slice();
    broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
    expect(() => inflate(broken, 1000)).toThrow();
    expect(() => inflate(stream.subarray(0, stream.length >> 1), 1000)).toThrow();
  });
});
