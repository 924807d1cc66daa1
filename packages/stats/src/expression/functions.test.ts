import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BARE_FUNCTIONS, NUMPY_CONSTANTS, NUMPY_FUNCTIONS, STATISTIC_FUNCTIONS } from "./functions.js";

test("the documentation names every function", () => {
  const page = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  const words = new Set(page.match(/\w+/g));
  const names = [NUMPY_FUNCTIONS, BARE_FUNCTIONS, STATISTIC_FUNCTIONS].flatMap((table) => [...table.keys()]);
  expect([...names, ...Object.keys(NUMPY_CONSTANTS)].filter((name) => !words.has(name))).toEqual([]);
});
