import { expect, test } from "vitest";
import { datasetText, isOneValue, parseDatasetPath } from "./dataset-path.js";

test.each([
  ["/{group}/h", { path: "/{group}/h" }],
  ["/h[:, 2]", { path: "/h", index: [null, 2] }],
  ["/h[ : ,-1,+3]", { path: "/h", index: [null, -1, 3] }],
  ["/h[..., 0]", { path: "/h", index: ["...", 0] }],
  ["/h[()]", { path: "/h", index: [] }],
  ["/{group}@spot", { path: "/{group}", attribute: "spot" }],
  ["/@range[1]", { path: "/", attribute: "range", index: [1] }],
])("%s", (text, parsed) => {
  expect(parseDatasetPath(text)).toEqual(parsed);
});

test.each([
  ["/h[:, x]", 2, '"x" is no part of an index'],
  ["/h[1:3, 0]", 2, '"1:3" is no part of an index'],
  ["/h[]", 2, "nothing is no part of an index"],
  ["/h[0", 2, "[0 is no index"],
  ["/h[0]x", 2, "[0]x is no index"],
  ["/h[..., ...]", 2, "... can stand once"],
  ["/h@", 2, "an attribute's name follows the @"],
])("%s is told at %i: %s", (text, offset, message) => {
  expect(parseDatasetPath(text)).toEqual({ offset, message: expect.stringContaining(message) });
});

test("equal meanings are equal texts; what has no index stays as it is", () => {
  expect(datasetText("/h[ :,2 ]")).toBe("/h[:, 2]");
  expect(datasetText("/@a[()]")).toBe("/@a[()]");
  expect(datasetText("/{group}/h")).toBe("/{group}/h");
  expect(datasetText("/h[")).toBe("/h[");
});

test("one value is an attribute, or one place of each dimension", () => {
  const one = (text: string) => isOneValue(parseDatasetPath(text) as { path: string });
  expect(["/h@a", "/h[0]", "/h[0, -1]", "/h[()]"].map(one)).toEqual([true, true, true, true]);
  expect(["/h", "/h[:, 0]", "/h[..., 0]"].map(one)).toEqual([false, false, false]);
});

test("a long text of blanks takes no time", () => {
  expect(parseDatasetPath(`/${" ".repeat(1_000_000)}[`)).toMatchObject({ offset: 1_000_001 });
});
