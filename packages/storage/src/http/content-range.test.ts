import { describe, expect, test } from "vitest";
import { sameVersion } from "../version.js";
import { answeredRange } from "./content-range.js";
import type { HttpAnswer } from "./message.js";

function answer(status: number, headers: Readonly<Record<string, string>>, hidesHeaders = false): HttpAnswer {
  return {
    status,
    header: (name) => headers[name],
    headers: () => new Headers(headers),
    hidesHeaders,
    consume: async () => undefined,
    discard: () => undefined,
  };
}
const ask = (given: HttpAnswer, start = 0, length = 100) =>
  answeredRange("https://h/x", given, start, length);
const range = (contentRange: string, more: Readonly<Record<string, string>> = {}) =>
  answer(206, { "content-range": contentRange, ...more });
const invalid = (what: RegExp) =>
  expect.objectContaining({ code: "invalid", message: expect.stringMatching(what) });

describe("an answer to a range request", () => {
  test("that gives the range, or what there is of it", () => {
    const version = { etag: '"1"', "last-modified": "Mon" };
    expect(ask(range("bytes 10-19/50", version), 10, 10)).toEqual({
      length: 10,
      version: { size: 50, etag: '"1"', modified: "Mon" },
    });
    expect(ask(range("bytes 10-49/50", { "content-length": "40" }), 10, 100)).toEqual({
      length: 40,
      version: { size: 50 },
    });
  });

  test.each([
    ["another start", "bytes 9-19/50"],
    ["less than there is", "bytes 10-18/50"],
    ["more than was asked for", "bytes 10-20/50"],
    ["no range", "bytes */50"],
  ])("that gives %s is refused", (_, header) => {
    expect(() => ask(range(header), 10, 10)).toThrow(invalid(/asked for bytes 10-19, the server answered/));
  });

  test.each(["bytes 10-19/*", "10-19/50", "bytes 10-19/99999999999999999999", ""])(
    "whose Content-Range is %j is refused",
    (header) => {
      expect(() => ask(range(header), 10, 10)).toThrow(invalid(/the answer's Content-Range is/));
    },
  );

  test("whose length is another than its range's is refused", () => {
    const short = range("bytes 10-19/50", { "content-length": "9" });
    expect(() => ask(short, 10, 10)).toThrow(invalid(/with 9 bytes/));
  });

  test("that hides its headers (a browser's) is taken at its length", () => {
    expect(ask(answer(206, {}, true), 10, 10)).toEqual({ length: 10, version: undefined });
    expect(() => ask(answer(206, {}), 10, 10)).toThrow(invalid(/Content-Range is undefined/));
  });

  test("that gives the whole object fits only where it was asked from the start, and is no longer", () => {
    expect(ask(answer(200, { "content-length": "100" }), 0, 100)).toEqual({
      length: 100,
      version: { size: 100 },
    });
    expect(() => ask(answer(200, { "content-length": "101" }), 0, 100)).toThrow(invalid(/\(101 bytes\)/));
    expect(() => ask(answer(200, { "content-length": "50" }), 1, 100)).toThrow(invalid(/ignored the range/));
    expect(() => ask(answer(200, {}), 0, 100)).toThrow(invalid(/unknown bytes/));
  });

  test("that there is nothing there", () => {
    expect(ask(answer(416, { "content-range": "bytes */50" }), 50, 10)).toEqual({
      length: 0,
      version: { size: 50 },
    });
    expect(ask(answer(416, {}), 0, 10)).toEqual({ length: 0, version: { size: 0 } });
    expect(ask(answer(416, {}), 50, 10)).toEqual({ length: 0, version: undefined });
  });
});

test.each([
  [{ size: 1 }, { size: 1 }, true],
  [{ size: 1 }, { size: 2 }, false],
  [{ size: 1, etag: "a" }, { size: 1, etag: "b" }, false],
  // Where both have one, the ETag decides; a time alone may be rounded.
  [{ size: 1, etag: "a", modified: "Mon" }, { size: 1, etag: "a", modified: "Tue" }, true],
  [{ size: 1, etag: "a", modified: "Mon" }, { size: 1, modified: "Tue" }, false],
  [{ size: 1, modified: "Mon" }, { size: 1, modified: "Mon" }, true],
  [{ size: 1, modified: "Mon" }, { size: 1, etag: "a" }, true],
])("%j and %j are of one version: %s", (a, b, same) => {
  expect(sameVersion(a, b)).toBe(same);
  expect(sameVersion(b, a)).toBe(same);
});
