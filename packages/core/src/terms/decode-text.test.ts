import { expect, test } from "vitest";
import { decodeText } from "./decode-text.js";

const TEXT = "name: Grönland 🧊\n";
const little = Buffer.from(TEXT, "utf16le");
const big = Buffer.from(little).swap16();

test.each([
  ["UTF-8", Buffer.from(TEXT)],
  ["UTF-8 with a mark", Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(TEXT)])],
  ["UTF-16, little-endian, with a mark", Buffer.concat([Buffer.of(0xff, 0xfe), little])],
  ["UTF-16, little-endian", little],
  ["UTF-16, big-endian, with a mark", Buffer.concat([Buffer.of(0xfe, 0xff), big])],
  ["UTF-16, big-endian", big],
])("%s", (_, bytes) => {
  expect(decodeText(bytes)).toBe(TEXT);
});

test("nothing is nothing", () => {
  expect(decodeText(new Uint8Array(0))).toBe("");
});
