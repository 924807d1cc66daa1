import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { declaringFile, docExamples, examplesIn, withImports } from "./doc-examples.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("examples of one line and of several, each of its own declaration", () => {
  const text = `
/** No example. */
export const A = 1;

/**
 * One.
 *
 * @example one(1); // => 2
 */
export function one(x: number): number;

/**
 * Two.
 *
 * @example
 * const made = two();
 *   made.use();
 * @param nothing no part of it
 */
export async function two() {}
`;
  expect(examplesIn(text)).toEqual([
    { name: "one", line: 8, text: "one(1); // => 2" },
    { name: "two", line: 15, text: "const made = two();\n  made.use();" },
  ]);
});

test("a name is followed to where it is declared", () => {
  expect(declaringFile(ROOT, "packages/zagg/src/index.ts", "agg")).toBe("packages/zagg/src/agg.ts");
  expect(declaringFile(ROOT, "packages/zagg/src/index.ts", "localStore")).toMatch(
    /^packages\/storage\/src\/.+/,
  );
  expect(declaringFile(ROOT, "packages/zagg/src/index.ts", "nothing")).toBeUndefined();
});

test("what an example uses is imported: from zagg, from its package, from its module", () => {
  const modules = {
    zagg: { agg: 1, localStore: 2, wrap: 3 },
    storage: { localStore: 2, wrap: "another", free: 4 },
  };
  const example = { package: "storage", file: "packages/storage/src/a/b.ts", name: "inner" };
  expect(withImports("/root", { ...example, text: 'inner(wrap(localStore("a")))' }, modules)).toBe(
    `import { localStore } from "zagg";
import { wrap } from "@zagg/storage";
import { inner } from "/root/packages/storage/dist/a/b.js";
inner(wrap(localStore("a")))
export {};
`,
  );
});

test("examples are found in the sources", () => {
  const examples = docExamples(ROOT);
  expect(examples.find(({ name }) => name === "agg")).toMatchObject({
    package: "zagg",
    file: "packages/zagg/src/agg.ts",
  });
});
