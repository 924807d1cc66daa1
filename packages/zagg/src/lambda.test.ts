import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, loadCatalog, loadConfig } from "@zagg/core";
import { localStore, type Store, s3Store } from "@zagg/storage";
import { CALLER, INVOKER, type LambdaTestBed, startLambdaTestBed } from "@zagg/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { agg } from "./agg.js";
import { makeSample } from "./sample/index.js";

let folder: string;
let bed: LambdaTestBed;
let catalog: Catalog;
const config = () => loadConfig(join(folder, "sample/sample.yaml"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-lambda-"));
  const sample = await makeSample(join(folder, "sample"), { granules: 4 });
  bed = await startLambdaTestBed();
  bed.createFunction();
  const granules = s3Store("s3://granules", { endpoint: bed.s3.url, credentials: async () => CALLER });
  const onDisk = await loadCatalog(sample.catalog);
  for (const { id, file } of onDisk.granules) await granules.put(id, await readFile(file as string));
  catalog = {
    ...onDisk,
    granules: onDisk.granules.map(({ file: _, ...granule }) => ({
      ...granule,
      s3: `s3://granules/${granule.id}`,
    })),
  };
  await agg(await config(), { catalog: onDisk, store: join(folder, "local.zarr"), maxWorkers: 1 });
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true });
});
afterEach(() => void vi.unstubAllEnvs());

function actAs(principal: typeof CALLER): void {
  for (const [name, value] of Object.entries(bed.environment(principal))) vi.stubEnv(name, value);
  vi.stubEnv("AWS_PROFILE", undefined);
}

/** All objects of a store, by key, as text that can be compared. */
async function contents(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of store.list(""))
    found.set(key, Buffer.from((await store.get(key)) ?? []).toString("base64"));
  return found;
}

const product = (name: string) =>
  s3Store(`s3://products/${name}`, { endpoint: bed.s3.url, credentials: async () => CALLER });

describe.each(["event", "sync"] as const)("a run on Lambda by %s", (invoke) => {
  test("writes what a local run writes, byte for byte", async () => {
    actAs(invoke === "sync" ? INVOKER : CALLER);
    const store = `s3://products/${invoke}`;
    const summary = await agg(await config(), { catalog, store, backend: "lambda", driver: "s3", invoke });
    expect(summary).toMatchObject({ written: catalog.shards.length, failed: 0, pending: 0 });
    expect(summary.lambda?.estimated_cost_usd).toBeGreaterThan(0);
    const ours = await contents(product(invoke));
    const theirs = await contents(localStore(join(folder, "local.zarr")));
    expect([...ours.keys()]).toEqual([...theirs.keys()]);
    expect(ours).toEqual(theirs);
  });
});
