import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as browser from "./gzip.browser.js";
import * as node from "./gzip.node.js";

describe.each([
  ["Node", node],
  ["browsers", browser],
])("gzip in %s", (_, { gunzip, gzip, gzipAside }) => {
  test("holds what went in, for the other side too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        for (const stream of [gzip(bytes, 5), await gzipAside(bytes, 5)]) {
          expect(Buffer.compare(node.gunzip(stream, bytes.length), bytes)).toBe(0);
          expect(Buffer.compare(browser.gunzip(stream, bytes.length), bytes)).toBe(0);
        }
      }),
      { numRuns: 100 },
    );
    expect([...gunzip(gzip(new Uint8Array(3), 5), 3)]).toEqual([0, 0, 0]);
  });

  test("more than is allowed is refused", () => {
    expect(() => gunzip(new Uint8Array(gzipSync(new Uint8Array(10_000_000))), 9_999)).toThrow();
  });

  test("a stream whose checksum or length is wrong, or that is cut off, is refused", () => {
    const stream = new Uint8Array(gzipSync(Uint8Array.from({ length: 1000 }, (_, i) => i * i)));
    for (const at of [stream.length - 1, stream.length - 5]) {
      const broken = stream.slice();
      broken[at] = (broken[at] as number) ^ 1;
      expect(() => gunzip(broken, 1001)).toThrow();
    }
    expect(() => gunzip(stream.subarray(0, stream.length >> 1), 1000)).toThrow();
    expect(() => gunzip(stream.subarray(0, 9), 1000)).toThrow();
  });
});
