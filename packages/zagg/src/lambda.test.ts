import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, loadCatalog, loadConfig } from "@zagg/core";
import { localStore, type Store, s3Store } from "@zagg/storage";
import {
  CALLER,
  INVOKER,
  type LambdaTestBed,
  ROLE,
  sabotage,
  startFaultProxy,
  startLambdaTestBed,
} from "@zagg/testing";
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

describe("workers that end badly", () => {
  const only = () =>
    ({ catalog, backend: "lambda", driver: "s3", mortonCell: catalog.shards[0]?.id ?? "" }) as const;
  const processed = () =>
    bed.lambda.invoker.payloads.filter((payload) => payload.includes('"mode":"process"')).length;

  test.each(["event", "sync"] as const)(
    "out of memory: once more with twice as much (%s)",
    async (invoke) => {
      actAs(CALLER);
      const functionName = `hoards-${invoke}`;
      bed.createFunction({ name: functionName, memory: 512, environment: sabotage("hoard", 512) });
      const before = processed();
      const store = `s3://products/oom-${invoke}`;
      const run = { ...only(), functionName, invoke };
      const failed = await agg(await config(), { ...run, store: `${store}-1` });
      expect(failed.failures).toMatchObject([{ kind: "memory", code: "out-of-memory" }]);
      expect(processed() - before).toBe(1);

      const escalated = await agg(await config(), { ...run, store, memoryEscalation: true });
      expect(escalated).toMatchObject({ written: 1, failed: 0 });
      expect(processed() - before).toBe(3);
      expect(escalated.lambda).toMatchObject({ failed_invocations: 1 });
    },
  );

  test.each(["event", "sync"] as const)("a crash is named and not tried again (%s)", async (invoke) => {
    actAs(CALLER);
    const functionName = `crashes-${invoke}`;
    bed.createFunction({ name: functionName, environment: sabotage("crash") });
    const before = processed();
    const store = `s3://products/crash-${invoke}`;
    const summary = await agg(await config(), {
      ...only(),
      functionName,
      invoke,
      store,
      memoryEscalation: true,
    });
    expect(summary).toMatchObject({ failed: 1, failures: [{ kind: "crash", code: "Runtime.ExitError" }] });
    expect(processed() - before).toBe(1);
    expect(summary.lambda).toMatchObject({ failed_invocations: 1 });
  });

  test("one that Lambda ends at its time limit is failed: timeout, and billed", async () => {
    actAs(CALLER);
    bed.createFunction({ name: "hangs", timeout: 2, environment: sabotage("hang") });
    const summary = await agg(await config(), {
      ...only(),
      functionName: "hangs",
      store: "s3://products/hang",
    });
    expect(summary).toMatchObject({ failed: 1, failures: [{ kind: "timeout", code: "function-timeout" }] });
    expect(summary.lambda?.lambda_time_s).toBeGreaterThanOrEqual(2);
  });

  test("one near its deadline stops by itself and leaves a record", async () => {
    actAs(CALLER);
    const slow = await startFaultProxy(bed.s3.url, ({ url }) =>
      url?.startsWith("/granules/") ? { kind: "latency", ms: 6000 } : undefined,
    );
    bed.createFunction({ name: "slow", timeout: 4, environment: { AWS_ENDPOINT_URL_S3: slow.url } });
    const summary = await agg(await config(), {
      ...only(),
      functionName: "slow",
      store: "s3://products/slow",
    });
    await slow.close();
    expect(summary).toMatchObject({ failed: 1, failures: [{ kind: "timeout", code: "deadline" }] });
    expect(summary.lambda).toMatchObject({ failed_invocations: 0 });
    const records = await contents(product("slow.run/shards"));
    expect(
      [...records.values()].map((text) => JSON.parse(Buffer.from(text, "base64").toString())),
    ).toMatchObject([{ state: "failed", failures: [{ kind: "timeout" }] }]);
  });
});

describe("secrets", () => {
  const EARTHDATA = {
    accessKeyId: "EARTHDATA",
    secretAccessKey: "earthdata-secret-1f0",
    sessionToken: "earthdata-session-2e9",
    expiration: new Date(Date.now() + 3_600_000),
  };
  const secrets = [EARTHDATA, ROLE, CALLER, INVOKER].flatMap((one) => [
    one.secretAccessKey,
    one.sessionToken ?? "-",
  ]);
  const spoken = (text: string) => secrets.filter((secret) => secret !== "-" && text.includes(secret));

  test.each(["event", "sync"] as const)("are in no payload, record, log or result (%s)", async (invoke) => {
    actAs(invoke === "sync" ? INVOKER : CALLER);
    const archive = "nsidc-cumulus-prod-protected";
    const bucket = bed.s3.addBucket(archive);
    for (const [key, object] of bed.s3.buckets.get("granules")?.objects ?? [])
      bucket.objects.set(key, object);
    bed.s3.principals.set(EARTHDATA.accessKeyId, EARTHDATA);
    const asked = vi.fn(async () => EARTHDATA);
    const told: unknown[] = [];
    const from = bed.lambda.invoker.payloads.length;
    const name = `secret-${invoke}`;
    const summary = await agg(await config(), {
      catalog: {
        ...catalog,
        granules: catalog.granules.map((granule) => ({ ...granule, s3: `s3://${archive}/${granule.id}` })),
      },
      store: `s3://products/${name}`,
      backend: "lambda",
      driver: "s3",
      invoke,
      sourceSecrets: { token: async () => "never", s3: () => asked },
      onNotice: (notice) => told.push(notice),
      onProgress: (progress) => told.push(progress),
    });
    expect(summary).toMatchObject({ written: catalog.shards.length, failed: 0 });
    expect(asked).toHaveBeenCalledTimes(1);

    const payloads = bed.lambda.invoker.payloads.slice(from);
    const [setups, others] = [true, false].map((setup) =>
      payloads.filter((payload) => payload.includes('"mode":"setup"') === setup),
    ) as [string[], string[]];
    expect(others.length).toBeGreaterThan(catalog.shards.length);
    expect(spoken(others.join())).toEqual([]);
    expect(spoken(setups.join())).toEqual(
      invoke === "sync" ? [EARTHDATA.secretAccessKey, EARTHDATA.sessionToken] : [],
    );
    const records = await contents(product(`${name}.run`));
    const stored = [...records.values()].map((text) => Buffer.from(text, "base64").toString()).join();
    expect(spoken(stored + JSON.stringify([summary, told]))).toEqual([]);
    expect(spoken(bed.lambda.queues.bodies("zagg-failures").join())).toEqual([]);
    expect(spoken(bed.lambda.invoker.executions.map(({ log }) => log).join())).toEqual([]);
  });
});

describe("what a run may cost", () => {
  const options = () => ({ catalog, store: "s3://products/cost", backend: "lambda", driver: "s3" }) as const;

  test("is asked first; without a yes nothing is written", async () => {
    actAs(CALLER);
    const confirmCost = vi.fn(() => false);
    await expect(agg(await config(), { ...options(), confirmCost })).rejects.toMatchObject({
      code: "cost-refused",
    });
    expect(confirmCost).toHaveBeenCalledWith(expect.objectContaining({ ceiling: expect.any(Number) }));
    expect((await contents(product("cost"))).size).toBe(0);
  });

  test("stops it, and the same command goes on", async () => {
    actAs(CALLER);
    const stopped = await agg(await config(), { ...options(), maxCost: 0, invoke: "sync" });
    expect(stopped).toMatchObject({
      written: 0,
      pending: catalog.shards.length,
      lambda: { stopped_by_cost: true },
    });
    const whole = await agg(await config(), { ...options(), invoke: "sync" });
    expect(whole).toMatchObject({ written: catalog.shards.length, lambda: { stopped_by_cost: false } });
  });
});

test("a worker of another version is refused before anything is written", async () => {
  actAs(CALLER);
  bed.createFunction({ name: "old-worker", environment: sabotage("old") });
  const options = { catalog, store: "s3://products/old", backend: "lambda", driver: "s3" } as const;
  const refused = agg(await config(), { ...options, functionName: "old-worker" });
  await expect(refused).rejects.toMatchObject({
    code: "worker-version",
    message: expect.stringMatching(/old-worker is zagg 0\.0\.1, this is zagg .*zagg deploy/),
  });
  expect((await contents(product("old"))).size).toBe(0);
});

test("a store on this machine, and granules on it, are refused", async () => {
  actAs(CALLER);
  const local = {
    ...catalog,
    granules: catalog.granules.map(({ s3: _, ...granule }) => ({ ...granule, file: "/x" })),
  };
  const run = async (options: object) =>
    agg(await config(), { catalog, backend: "lambda", driver: "s3", ...options });
  await expect(run({ store: join(folder, "here.zarr") })).rejects.toMatchObject({ code: "store-place" });
  await expect(run({ store: "s3://products/x", catalog: local })).rejects.toMatchObject({
    code: "granule-place",
  });
  await expect(run({ store: "s3://products/x", functionName: "none" })).rejects.toMatchObject({
    code: "no-function",
  });
  await expect(run({ store: "s3://no-such-bucket/x" })).rejects.toMatchObject({ kind: "store" });
});
