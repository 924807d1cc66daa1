import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStores, verifyProduct } from "@zagg/core";
import { runZagg, startZagg, storeDigests } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const canMount = tryMount();

let folder: string;
let disk: string;
let elsewhere: Record<string, string>;
/** What the product takes on a disk, kB. */
let size: number;
beforeAll(async () => {
  if (!canMount) return;
  folder = await mkdtemp(join(tmpdir(), "zagg-disk-"));
  disk = join(folder, "disk");
  await mkdir(disk);
  expect(runZagg(["sample", "--output", "sample", "--granules", "24"], folder).status).toBe(0);
  expect(runZagg(run("elsewhere.zarr"), folder).status).toBe(0);
  size = Number.parseInt(
    spawnSync("du", ["-sk", join(folder, "elsewhere.zarr")], { encoding: "utf8" }).stdout,
    10,
  );
  elsewhere = await storeDigests(openStores(join(folder, "elsewhere.zarr")).product);
});
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true });
});

const run = (store: string) => [
  ...["run", "--config", "sample/sample.yaml", "--catalog", "sample/catalog.json", "--store", store],
  // What is read is kept elsewhere: it is the product and its record that the disk is too small for.
  ...["--max-workers", "2", "--quiet", "--extracts", "extracts"],
];

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

/** Mounts a disk of this size for the test. */
async function onDisk(size: string, use: (store: string) => Promise<void>): Promise<void> {
  mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk);
  try {
    await use(join(disk, "product.zarr"));
  } finally {
    spawnSync("umount", [disk]);
  }
}

describe.skipIf(!canMount)("an output that gives way in the middle of a run (needs to mount a tmpfs)", () => {
  // What a product takes is too little while it is made: results and records lie beside it.
  test("disk full: exit code 5, and with more room the run goes on to the same bytes", () =>
    onDisk(`${size}k`, async (store) => {
      const full = runZagg(run(store), folder);
      expect(full.status).toBe(5);
      expect(full.stderr).toMatch(/disk or quota is full/);
      expect(full.stderr).toContain("run the same command again");
      mount("-o", "remount,size=100m", disk);
      await expectResumed(store);
    }));

  test("permission lost: exit code 5, and once it is back the run goes on to the same bytes", () =>
    onDisk("100m", async (store) => {
      const child = startZagg([...run(store), "--verbose"], { cwd: folder });
      while (!/ written: /.test(child.stderr())) await sleep(5);
      // Files that are open for writing would keep the disk from becoming read-only: try until there is none.
      while (spawnSync("mount", ["-o", "remount,ro", disk]).status !== 0) await sleep(1);
      const { status, stderr } = await child.done;
      expect(status, stderr).toBe(5);
      expect(stderr).toMatch(/no permission.*check that you may write there/s);
      mount("-o", "remount,rw", disk);
      await expectResumed(store);
    }));
});

async function expectResumed(store: string): Promise<void> {
  const stores = openStores(store);
  const before = await storeDigests(stores.run);
  const records = Object.entries(before).filter(([key]) => key.startsWith("shards/"));
  expect(records.length).toBeGreaterThan(0);
  const resumed = runZagg(run(store), folder);
  expect(resumed.status, resumed.stderr).toBe(0);
  expect(await storeDigests(stores.product)).toEqual(elsewhere);
  expect(await storeDigests(stores.run)).toMatchObject(Object.fromEntries(records));
  expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
}

function tryMount(): boolean {
  const point = spawnSync("mktemp", ["-d"], { encoding: "utf8" }).stdout?.trim();
  if (!point || spawnSync("mount", ["-t", "tmpfs", "-o", "size=100k", "tmpfs", point]).status !== 0)
    return false;
  return spawnSync("umount", [point]).status === 0;
}
