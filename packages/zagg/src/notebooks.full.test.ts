import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  CALLER,
  type LambdaTestBed,
  type Nasa,
  startLambdaTestBed,
  startNasa,
  TEST_FUNCTION,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSample } from "./sample/index.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PYTHON = join(ROOT, ".venv/bin/python");
const RUNNER = join(ROOT, "oracle/run_notebook.py");

/** Those that speak to NASA and AWS. */
const ONLINE = ["jupyterhub"];
const OFFLINE = ["rasterized_zarr", "xarray_xdggs", "custom_aggregations"];
const MAX_BYTES = 300_000;

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly text?: string | readonly string[];
    readonly data?: Record<string, unknown>;
  }[];
}

let folder: string;
let bed: LambdaTestBed;
let nasa: Nasa;
beforeAll(async () => {
  // Inside the clone, so that `npx zagg` finds the build and Deno the packages.
  folder = mkdtempSync(join(ROOT, "node_modules/.notebooks-"));
  bed = await startLambdaTestBed();
  bed.createFunction();
  bed.s3.addBucket("my-products");
  nasa = await startNasa((await makeSample(join(folder, "nasa"), { granules: 56 })).granules, bed.s3);
});
afterAll(async () => {
  await Promise.all([nasa.close(), bed.close()]);
  rmSync(folder, { recursive: true });
});

describe.concurrent("from start to end", () => {
  test.each(OFFLINE)("%s runs and draws", async (name) => {
    expect(drawings(await run(name, {}))).toBeGreaterThan(0);
  });

  test.each(ONLINE)("%s runs and draws, on replayed servers of NASA and on Lambda", async (name) => {
    const { lambda } = bed;
    const asked = lambda.actions.length;
    const cells = await run(name, {
      ...bed.environment(CALLER),
      ...nasa.environment,
      AWS_PROFILE: "",
      ZAGG_LAMBDA_FUNCTION_NAME: `arn:aws:lambda:us-west-2:123456789012:function:${TEST_FUNCTION}`,
    });
    expect(drawings(cells)).toBeGreaterThan(0);
    const text = printed(cells);
    expect(text).toMatch(/^ok +https read/m);
    expect(text).toMatch(/^shards +7: 2 written, 5 pending/m);
    expect(text).toMatch(/^shards +7: 7 written$(.|\n)*^lambda +\d+ invocations/m);
    expect(nasa.requests.some((request) => request.includes("GET signed.cloudfront.net/nsidc"))).toBe(true);
    expect(lambda.actions.slice(asked)).toContain("lambda:InvokeFunction");
  });
});

test.each([...OFFLINE, ...ONLINE])(
  "%s is committed with its outputs, and without this machine's paths",
  (name) => {
    const text = readFileSync(join(ROOT, `notebooks/${name}.ipynb`), "utf8");
    expect(drawings(cellsOf(text))).toBeGreaterThan(0);
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/"output_type": "error"|Traceback|\/home\/|\/root\/|127\.0\.0\.1/);
    expect(text.length).toBeLessThan(MAX_BYTES);
  },
);

/** Runs a copy of a notebook and returns its cells with what they put out; fails at the first cell that does. */
async function run(name: string, environment: Readonly<Record<string, string>>): Promise<readonly Cell[]> {
  const path = join(folder, `${name}.ipynb`);
  copyFileSync(join(ROOT, `notebooks/${name}.ipynb`), path);
  await promisify(execFile)(PYTHON, [RUNNER, path], {
    // npm's spinner would land in the outputs.
    env: { ...process.env, npm_config_loglevel: "error", npm_config_progress: "false", ...environment },
  });
  return cellsOf(readFileSync(path, "utf8"));
}

function cellsOf(notebook: string): readonly Cell[] {
  return (JSON.parse(notebook) as { readonly cells: readonly Cell[] }).cells;
}

/** How many cells show a picture; every code cell must have run. */
function drawings(cells: readonly Cell[]): number {
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  expect(code.map(({ execution_count }) => execution_count)).toEqual(code.map((_, i) => i + 1));
  const isPicture = (data: Record<string, unknown> = {}) => "image/png" in data || "image/svg+xml" in data;
  return code.filter(({ outputs = [] }) => outputs.some(({ data }) => isPicture(data))).length;
}

function printed(cells: readonly Cell[]): string {
  return cells
    .flatMap(({ outputs = [] }) => outputs.flatMap(({ text = [] }) => text))
    .join("")
    .replaceAll("\r", "");
}
