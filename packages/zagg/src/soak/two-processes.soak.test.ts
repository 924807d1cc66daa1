import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStores, readPlan, readRecords, verifyProduct } from "@zagg/core";
import { runZagg, startZagg, storeDigests } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROUNDS = process.env.ZAGG_SOAK === "1" ? 20 : 2;

let folder: string;
let alone: Record<string, string>;

const run = (store: string, ...more: string[]) => [
  ...["run", "--config", "sample/sample.yaml", "--catalog", "sample/catalog.json", "--store", store],
  ...["--max-workers", "2", "--json", "--quiet", ...more],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-two-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "24"], folder).status).toBe(0);
  expect(runZagg(run("alone.zarr"), folder).status).toBe(0);
  alone = await storeDigests(openStores(join(folder, "alone.zarr")).product);
});
afterAll(() => rm(folder, { recursive: true }));

test(`two processes resume one store at the same moment, ${ROUNDS} times: no torn shard, one record each`, async () => {
  let shared = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const store = `two-${round}.zarr`;
    expect(runZagg(run(store, "--max-cells", "10"), folder).status).toBe(0);
    const both = [startZagg(run(store), { cwd: folder }), startZagg(run(store), { cwd: folder })];
    for (const { status, stdout, stderr } of await Promise.all(both.map(({ done }) => done))) {
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ failed: 0, pending: 0 });
    }
    const stores = openStores(join(folder, store));
    expect(await storeDigests(stores.product)).toEqual(alone);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
    const plan = await readPlan(stores.run);
    if (!plan) throw new Error("no plan");
    const records = [...(await readRecords(stores.run, plan)).values()];
    expect(records.map(({ attempt }) => attempt)).toEqual(plan.shards.map(() => 1));
    shared += records.length;
    await rm(join(folder, store), { recursive: true });
    await rm(join(folder, `${store}.run`), { recursive: true });
  }
  console.info(`${ROUNDS} rounds, ${shared} shards`);
});

test("two processes that make a new store at the same moment", async () => {
  const both = [startZagg(run("new.zarr"), { cwd: folder }), startZagg(run("new.zarr"), { cwd: folder })];
  for (const { status, stderr } of await Promise.all(both.map(({ done }) => done))) {
    expect(status, stderr).toBe(0);
  }
  const stores = openStores(join(folder, "new.zarr"));
  expect(await storeDigests(stores.product)).toEqual(alone);
  expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
});
