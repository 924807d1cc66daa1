import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { s3Store } from "@zagg/storage";
import { CALLER, type LambdaTestBed, startLambdaTestBed, startZagg } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSample } from "../sample/index.js";

let folder: string;
let bed: LambdaTestBed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-lambda-cli-"));
  bed = await startLambdaTestBed();
  bed.createFunction();
  const sample = await makeSample(join(folder, "sample"), { granules: 2 });
  const granules = s3Store("s3://granules", { endpoint: bed.s3.url, credentials: async () => CALLER });
  const catalog = JSON.parse(await readFile(sample.catalog, "utf8"));
  for (const granule of catalog.granules) {
    await granules.put(granule.id, await readFile(join(folder, "sample", granule.file)));
    granule.s3 = `s3://granules/${granule.id}`;
  }
  await writeFile(join(folder, "catalog.json"), JSON.stringify(catalog));
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true });
});

const zagg = (...args: string[]) => startZagg(args, { cwd: folder, env: bed.environment(CALLER) }).done;
const run = (...args: string[]) =>
  zagg(
    ...["run", "--config", "sample/sample.yaml", "--catalog", "catalog.json", "--backend", "lambda"],
    ...["--driver", "s3", "--store", "s3://products/cli", "--max-cells", "2", ...args],
  );

describe("zagg run --backend lambda", () => {
  test("--dry-run tells what it would cost, and asks nobody", async () => {
    const asked = bed.lambda.actions.length;
    const { status, stdout } = await run("--dry-run", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ selected_shards: 2, lambda: { ceiling: expect.any(Number) } });
    expect(bed.lambda.actions.length).toBe(asked);
  });

  test("without a terminal and without --yes it exits 2 above --confirm-above, and nothing is written", async () => {
    const { status, stderr } = await run("--confirm-above", "0");
    expect(status).toBe(2);
    expect(stderr).toMatch(/--yes/);
    expect(bed.s3.buckets.get("products")?.objects.size).toBe(0);
  });

  test("--max-cost stops it: exit code 1", async () => {
    const { status, stdout, stderr } = await run("--max-cost", "0", "--json");
    expect({ status, written: JSON.parse(stdout).written }).toEqual({ status: 1, written: 0 });
    expect(stderr).toMatch(/--max-cost/);
  });

  test("runs, tells the cost, and writes results.json", async () => {
    const { status, stdout, stderr } = await run("--confirm-above", "0", "--yes", "--output-dir", "results");
    expect({ status, stderr: stderr.includes("NodeVersionSupportWarning") }).toEqual({
      status: 0,
      stderr: false,
    });
    expect(stdout).toMatch(/invocations.*\n.*cost +about \$/);
    const results = JSON.parse(await readFile(join(folder, "results/results.json"), "utf8"));
    expect(results.summary).toMatchObject({ cells_with_data: 2, cells_error: 0, backend: "lambda" });
    expect(results.summary.estimated_cost_usd).toBeGreaterThan(0);
    expect(results.results).toHaveLength(2);
    expect(results.results[0]).toMatchObject({ error: null, granule_count: expect.any(Number) });
    for (const secret of [CALLER.secretAccessKey, "role-secret"])
      expect(JSON.stringify(results)).not.toContain(secret);
  });
});

describe("zagg deploy", () => {
  const bundle = fileURLToPath(new URL("../../../aws/scripts/bundle-function.mjs", import.meta.url));
  beforeAll(() => void execFileSync(process.execPath, [bundle], { stdio: "ignore" }));

  const deploy = (...args: string[]) =>
    zagg("deploy", "--function-name", "cli", "--output-bucket", "cli-products", ...args);

  test("--dry-run prints the change", async () => {
    const { status, stdout } = await deploy("--dry-run");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Add +Function \(AWS::Lambda::Function\)/);
    expect(bed.lambda.stacks.stacks.size).toBe(0);
  });

  test("--destroy of what is not there: exit code 2", async () => {
    const { status, stderr } = await deploy("--destroy");
    expect({ status, told: stderr.includes("no stack zagg-cli") }).toEqual({ status: 2, told: true });
  });

  test("outside us-west-2 with driver s3: exit code 2", async () => {
    await writeFile(
      join(folder, "s3.yaml"),
      (await readFile(join(folder, "sample/sample.yaml"), "utf8")).replace(
        /^data_source:/m,
        "data_source:\n  driver: s3",
      ),
    );
    const { status, stderr } = await deploy("--region", "eu-west-1", "--config", "s3.yaml");
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("us-west-2") });
  });
});
