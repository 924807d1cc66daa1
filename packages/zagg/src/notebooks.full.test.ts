import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PYTHON = join(ROOT, ".venv/bin/python");

const NOTEBOOKS = ["xarray_xdggs", "custom_aggregations"];

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly { readonly output_type: string; readonly data?: Record<string, unknown> }[];
}

let folder: string;
beforeAll(() => {
  // Inside the clone, so that `npx zagg` finds the build.
  folder = mkdtempSync(join(ROOT, "node_modules/.notebooks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(NOTEBOOKS)("%s runs from start to end and draws", (name) => {
  const path = join(folder, `${name}.ipynb`);
  copyFileSync(join(ROOT, `notebooks/${name}.ipynb`), path);
  execFileSync(PYTHON, ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", path], {
    cwd: folder,
    // npm's spinner would land in the outputs.
    env: { ...process.env, npm_config_loglevel: "error", npm_config_progress: "false" },
    stdio: "pipe",
  });
  expect(drawings(path)).toBeGreaterThan(0);
});

test.each(NOTEBOOKS)("%s is committed with its outputs, and without this machine's paths", (name) => {
  const path = join(ROOT, `notebooks/${name}.ipynb`);
  const text = readFileSync(path, "utf8");
  expect(drawings(path)).toBeGreaterThan(0);
  expect(text).not.toContain(ROOT);
  expect(text).not.toMatch(/"output_type": "error"|Traceback|\/home\/|\/root\//);
  expect(text.length).toBeLessThan(300_000);
});

/** How many cells show a picture; every code cell must have run. */
function drawings(path: string): number {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { readonly cells: readonly Cell[] };
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  expect(code.map(({ execution_count }) => execution_count)).toEqual(code.map((_, i) => i + 1));
  return code.filter(({ outputs }) => outputs?.some(({ data }) => data && "image/png" in data)).length;
}
