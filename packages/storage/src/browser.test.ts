import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** Every module that the browser's entry reaches, and what it imports from packages. */
function reach(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const specifiers = [...readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(
    (match) => match[1] as string,
  );
  seen.set(
    file,
    specifiers.filter((specifier) => !specifier.startsWith(".")),
  );
  for (const specifier of specifiers.filter((one) => one.startsWith("."))) {
    reach(resolve(dirname(file), specifier.replace(/\.js$/, ".ts")), seen);
  }
  return seen;
}

it("reaches nothing of Node's and no package from the browser's entry", () => {
  const modules = reach(join(ROOT, "browser.ts"));
  expect(modules.size).toBeGreaterThan(8);
  expect([...modules].filter(([, packages]) => packages.length > 0)).toEqual([]);
});

it("would notice", () => {
  const packages = [...reach(join(ROOT, "index.ts")).values()].flat();
  expect(packages).toContain("node:https");
});
