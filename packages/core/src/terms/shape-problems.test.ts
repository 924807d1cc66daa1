import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { firstProblem, shapeProblems } from "./shape-problems.js";

const schema = z.strictObject({
  name: z.string().check(z.minLength(1)),
  sizes: z.array(z.int().check(z.gte(0), z.lte(9))),
  box: z.tuple([z.number(), z.number()]),
  kind: z.literal("a"),
  fill: z.union([z.number(), z.enum(["NaN", "none"])]),
  by: z.record(z.string(), z.boolean()),
  url: z.string().check(z.regex(/^https:/, "expected a URL")),
});
const good = { name: "x", sizes: [1], box: [1, 2], kind: "a", fill: 0, by: {}, url: "https://host" };

test("of a document that is as its schema has it there are none", () => {
  expect(shapeProblems(schema, good)).toEqual([]);
  expect(firstProblem(schema, good)).toBeUndefined();
});

describe("where a document departs from its schema, what is expected there, and what was found", () => {
  test.each([
    [{ name: 1 }, "name: expected text, found 1"],
    [{ name: "" }, 'name: expected text of length at least 1, found ""'],
    [{ name: undefined }, "name: expected text, found nothing"],
    [{ sizes: {} }, "sizes: expected a list, found an object"],
    [{ sizes: [1, 2.5] }, "sizes[1]: expected a whole number, found 2.5"],
    [{ sizes: [-1] }, "sizes[0]: expected a number of at least 0, found -1"],
    [{ sizes: [10] }, "sizes[0]: expected a number of at most 9, found 10"],
    [{ sizes: null }, "sizes: expected a list, found null"],
    [{ box: [1] }, "box: expected a list of at least 2, found a list"],
    [{ box: [1, Number.NaN] }, "box[1]: expected a number, found NaN"],
    [{ kind: "b" }, 'kind: expected "a", found "b"'],
    [{ fill: [] }, 'fill: expected a number or "NaN" or "none", found a list'],
    [{ by: { "it's": 1 } }, 'by["it\'s"]: expected true or false, found 1'],
    [{ url: "x://me:secret@host/?sig=1" }, 'url: expected a URL, found "x://host/?…"'],
    [{ more: 1 }, 'the document: expected no "more", found an object'],
  ])("%j", (change, problem) => {
    expect(firstProblem(schema, { ...good, ...change })).toBe(problem);
  });

  test.each([undefined, null, 1, "text", []])("%j in place of it", (document) => {
    expect(firstProblem(schema, document)).toMatch(/^the document: expected an object, found /);
  });

  test("all of them, each where it is", () => {
    expect(shapeProblems(schema, { ...good, name: 1, kind: 2 })).toEqual([
      "name: expected text, found 1",
      'kind: expected "a", found 2',
    ]);
  });

  test("in few words, however long and whatever they are", () => {
    const long = "x\u001b\n".repeat(1e5);
    const many = Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`${i}${long.slice(0, 500)}`, 1]));
    for (const document of [
      { ...good, ...many },
      { ...good, url: long },
      { ...good, by: { [long]: 1 } },
    ]) {
      const problem = firstProblem(schema, document) ?? "";
      expect(problem).toMatch(/^(the document|url|by.*): expected .*, found /);
      expect(problem.length).toBeLessThan(400);
    }
  });
});
