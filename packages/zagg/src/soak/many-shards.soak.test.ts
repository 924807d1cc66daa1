import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openStores, verifyProduct } from "@zagg/core";
import { runZagg } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const SHARDS = process.env.ZAGG_SOAK === "1" ? 5_000 : 500;
/** Shards of 25 km, each touched by a granule or two. */
const GRID = "parent_order: 8\n    child_order: 10";
/** Warm-up: code is compiled, caches and heaps have their size. */
const WARM_UP = 0.25;

/** Records, results and objects that are open at the same time while a block is packed, which comes late. */
const PACKING = 48;

const SCRIPT = fileURLToPath(new URL("../../scripts/many-shards.mjs", import.meta.url));

/** What the script measured, after each shard. */
interface Measured {
  readonly failed: number;
  readonly memory: readonly number[];
  readonly descriptors: readonly number[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-many-"));
  expect(runZagg(["sample", "--output", "sample"], folder).status).toBe(0);
  const text = await readFile(join(folder, "sample/sample.yaml"), "utf8");
  await writeFile(join(folder, "fine.yaml"), text.replace(/parent_order: \d+\n\s+child_order: \d+/, GRID));
  const catalog = [
    "catalog",
    "--granules",
    "sample/granules",
    "--config",
    "fine.yaml",
    "--output",
    "fine.json",
  ];
  expect(runZagg(catalog, folder).status).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

test.skipIf(process.platform !== "linux")(
  `${SHARDS} small shards in one process (Linux: /proc): memory flat within 10 %, file descriptors flat`,
  async () => {
    const args = [SCRIPT, "fine.yaml", "fine.json", "fine.zarr", String(SHARDS)];
    // Compiled code runs there, without the runner's own memory, and with little heap, so that what grows is what is
    // kept: V8 lets garbage wait for as long as there is room, some 50 MB of it over the first 600 shards.
    const env = { ...process.env, NODE_OPTIONS: "--max-old-space-size=96 --max-semi-space-size=4" };
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env,
      maxBuffer: 1 << 24,
    });
    const { failed, memory, descriptors }: Measured = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(memory).toHaveLength(SHARDS);
    expect(failed).toBe(0);
    const warm = Math.round(SHARDS * WARM_UP);
    const early = median(memory.slice(warm, 2 * warm));
    const late = median(memory.slice(-warm));
    const most = Math.max(...descriptors.slice(0, warm));
    console.info(
      `memory ${Math.round(early / 1e6)} to ${Math.round(late / 1e6)} MB, ` +
        `descriptors at most ${most}, then ${Math.max(...descriptors.slice(-warm))}`,
    );
    expect(late / early).toBeLessThan(1.1);
    expect(median(descriptors.slice(-warm))).toBeLessThanOrEqual(most);
    expect(Math.max(...descriptors.slice(-warm))).toBeLessThanOrEqual(most + PACKING);
    expect(await verifyProduct(openStores(join(folder, "fine.zarr")), { sample: 2 })).toMatchObject({
      ok: true,
    });
  },
);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
