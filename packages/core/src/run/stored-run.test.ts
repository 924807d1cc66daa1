import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openProduct, orderGroup } from "@zagg/product";
import { localStore, memoryStore, type OpenSource, StorageError } from "@zagg/storage";
import { sampleGranules, storeDigests } from "@zagg/testing";
import { chunkKey } from "@zagg/zarr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Catalog, catalogFromGranules } from "../catalog/index.js";
import { defaultConfig } from "../config/index.js";
import type { Config } from "../terms/index.js";
import type { Backend } from "./backend.js";
import { estimateRun } from "./estimate.js";
import { lostWorkerRecord } from "./lost-record.js";
import { ontoShardsOf } from "./onto-shards.js";
import { type GranuleOpener, granuleOpener } from "./open-granule.js";
import { openStores, type ProductStores } from "./open-store.js";
import { makePlan, type Plan } from "./plan.js";
import { planProduct } from "./plan-product.js";
import { processShard, shardContext } from "./process-shard.js";
import { putRecord } from "./put-record.js";
import { reconcile } from "./reconcile.js";
import { storeHost } from "./run-host.js";
import { type RunOptions, type RunStart, runPlan } from "./run-plan.js";
import { PLAN_KEY, readRecords, STAC_KEY } from "./run-record.js";
import { shardMemory } from "./shard-memory.js";
import { recordKey } from "./shard-record.js";
import { runStatus } from "./status.js";
import { verifyProduct } from "./verify.js";

const GRID = { parentOrder: 6, childOrder: 8, latitude: "authalic" } as const;
const config: Config = {
  ...defaultConfig(),
  output: { ...defaultConfig().output, grid: { type: "healpix", indexingScheme: "nested", childOrder: 8 } },
};

let catalog: Catalog;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-run-"));
  catalog = await catalogFromGranules(
    sampleGranules.map(({ path }) => path),
    config,
  );
});
afterAll(() => rm(folder, { recursive: true }));

const planOf = (given = catalog, change: Partial<Config> = {}) =>
  makePlan({ ...config, ...change }, given, GRID);

const newStores = (): ProductStores => ({ product: memoryStore(), run: memoryStore() });

function backendOf(plan: Plan, stores: ProductStores, open?: GranuleOpener): Backend & { ran: number[] } {
  const context = shardContext(plan, stores, open);
  const ran: number[] = [];
  return {
    ran,
    async *run(tasks, { signal }) {
      for (const task of tasks) {
        if (signal?.aborted) return;
        ran.push(task.index);
        yield await processShard(context, task);
      }
    },
    close: async () => undefined,
  };
}

async function run(
  plan: Plan,
  stores: ProductStores,
  options: Partial<RunOptions> & { readonly open?: GranuleOpener } = {},
) {
  const backend = backendOf(plan, stores, options.open);
  const summary = await runPlan(plan, { ...options, backend, host: storeHost(stores) });
  return { summary, ran: backend.ran };
}

/** A source that fails in this way when it is first asked. */
function failing(code: ConstructorParameters<typeof StorageError>[0], url = "https://archive/x"): OpenSource {
  const fail = async () => {
    throw new StorageError(code, url, "refused by the test");
  };
  return {
    url,
    size: fail,
    read: fail,
    version: fail,
    metrics: () => ({ requests: 1, bytes: 0, retries: 0, waitMs: 0 }),
    close: async () => undefined,
  };
}

const files = granuleOpener("file");

describe("a run over a store", () => {
  test("the record ends with a STAC item that finds the product beside it", async () => {
    const stores = newStores();
    const plan = planOf();
    await run(plan, stores);
    const item = JSON.parse(new TextDecoder().decode(await stores.run.get(STAC_KEY)));
    expect(item.properties).toMatchObject({
      start_datetime: plan.time?.start,
      end_datetime: plan.time?.end,
      "zagg:identity": plan.identity,
      "zagg:complete": true,
    });
    expect(item.properties.start_datetime).toMatch(/^2019-01-10T/);
    expect(item.links[0].href).toBe(`../${stores.product.url}`);

    // Where the next run cannot tell, the old item would be a lie.
    const { time: _, ...timeless } = plan;
    await run(timeless, stores, { overwrite: true });
    expect(await stores.run.get(STAC_KEY)).toBeUndefined();
  });

  test("resume does what is left, and says what it skips and why", async () => {
    const plan = planOf();
    const stores = newStores();
    expect((await run(plan, stores, { select: [0, 1] })).summary.pending).toBe(plan.shards.length - 2);
    let start: RunStart | undefined;
    const { summary, ran } = await run(plan, stores, {
      onStart: (given) => {
        start = given;
      },
    });
    expect(ran.toSorted((a, b) => a - b)).toEqual(plan.shards.map((_, i) => i).slice(2));
    expect(start).toMatchObject({ mode: "resume", skipped: 2, total: plan.shards.length - 2 });
    expect(Object.values(start?.skippedByState ?? {}).reduce((a, b) => a + b, 0)).toBe(2);
    expect(summary).toMatchObject({ pending: 0, failed: 0 });
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });

  test("what a crash left behind goes, and chunks that are gone are made again", async () => {
    const plan = planOf();
    const [stores, whole] = [newStores(), newStores()];
    await run(plan, whole);
    await run(plan, stores, { select: [0] });
    const product = planProduct(plan);
    const [name = ""] = Object.keys(product.variables);
    const key = (k: number) => chunkKey(`${orderGroup(product.grid)}/${name}`, k);
    await stores.product.put(key(1), Uint8Array.of(1));
    await stores.product.delete([key(0)]);
    const records = await readRecords(stores.run, plan);
    expect(await reconcile(plan, product, stores, records)).toEqual({ damaged: [0], removed: [1] });
    expect(await stores.product.head(key(1))).toBeUndefined();
    await run(plan, stores);
    expect(await storeDigests(stores.product)).toEqual(await storeDigests(whole.product));
    expect((await readRecords(stores.run, plan)).get(plan.shards[0]?.id ?? "")?.attempt).toBe(2);
  });

  test("coordinates and metadata that are gone are written again", async () => {
    const plan = planOf();
    const [stores, whole] = [newStores(), newStores()];
    await run(plan, whole);
    await run(plan, stores);
    await stores.product.delete(["zarr.json", "8/cell_ids/c/1", "8/count/zarr.json"]);
    const missing = { kind: "missing", message: "is not in the store" };
    expect((await verifyProduct(stores)).discrepancies).toMatchObject([missing, missing, missing]);
    expect((await run(plan, stores)).ran).toEqual([]);
    expect(await storeDigests(stores.product)).toEqual(await storeDigests(whole.product));
  });

  test("a record that is not whole is a failed attempt; a plan that is not can only be overwritten", async () => {
    const plan = planOf();
    const stores = newStores();
    await run(plan, stores);
    const [{ id = "" } = {}] = plan.shards;
    await stores.run.put(recordKey(id, 1), new Uint8Array(0));
    expect((await runStatus(stores)).failures).toMatchObject([{ code: "broken-record", shards: [id] }]);
    expect((await run(plan, stores)).ran).toEqual([0]);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true });

    await stores.run.put(PLAN_KEY, new Uint8Array(0));
    await expect(run(plan, stores)).rejects.toMatchObject({ code: "store-exists" });
    await expect(verifyProduct(stores)).rejects.toMatchObject({ code: "broken-plan" });
    expect((await run(plan, stores, { overwrite: true })).summary).toMatchObject({ failed: 0, pending: 0 });
  });

  test("an overwrite leaves alone what is not ours, beside the product as well", async () => {
    const stores = { product: localStore(join(folder, "mine")), run: localStore(join(folder, "mine.run")) };
    await stores.product.put("thesis.txt", Uint8Array.of(1));
    await stores.run.put("shards/notes.txt", Uint8Array.of(2));
    await stores.run.put(PLAN_KEY, Uint8Array.of(3));
    await expect(run(planOf(), stores, { overwrite: true })).rejects.toMatchObject({ code: "not-ours" });
    expect(Object.keys(await storeDigests(stores.product))).toEqual(["thesis.txt"]);
    expect(Object.keys(await storeDigests(stores.run))).toEqual([PLAN_KEY, "shards/notes.txt"]);
  });

  test("more granules: only shards that gained some run again; fewer need one more word", async () => {
    const [gone, ...kept] = catalog.granules;
    const fewer = {
      ...catalog,
      shards: catalog.shards.map((s) => ({ ...s, granules: s.granules.filter((g) => g !== 0) })),
    };
    expect(kept.length).toBeGreaterThan(0);
    const stores = newStores();
    await run(planOf(fewer), stores);
    const plan = planOf();
    const gained = plan.shards.flatMap((shard, i) =>
      shard.granules.some((g) => plan.granules[g]?.id === gone?.id) ? [i] : [],
    );
    const { ran } = await run(plan, stores, { update: true });
    expect(ran.toSorted((a, b) => a - b)).toEqual(gained);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
    await expect(run(planOf(fewer), stores, { update: true })).rejects.toMatchObject({ code: "contraction" });
    await run(planOf(fewer), stores, { update: true, allowContraction: true });
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });
});

describe("granules that are broken", () => {
  test("a shard that failed for one is written without it once that is allowed", async () => {
    const [shared, ...others] = catalog.shards;
    const touching = catalog.granules.map((_, position) => position);
    const plan = planOf({
      ...catalog,
      shards: [{ id: shared?.id as string, granules: touching }, ...others],
    });
    const [broken] = plan.granules;
    const open: GranuleOpener = (granule) => {
      const source = files(granule);
      if (granule !== broken) return source;
      return { ...source, read: async (_offset, length) => new Uint8Array(length) };
    };
    const stores = newStores();
    const refused = await run(plan, stores, { open, select: [0] });
    expect(refused.summary.failures).toMatchObject([{ kind: "corrupt" }]);
    expect((await run(plan, stores, { open, select: [0] })).ran).toEqual([]);
    const allowed = await run(plan, stores, { open, select: [0], allowPartial: true });
    expect(allowed.summary).toMatchObject({ partial: 1, failed: 0 });
    expect((await run(plan, stores, { open, select: [0], allowPartial: true })).ran).toEqual([]);
  });
});

describe("two runs of one shard", () => {
  test("a worker that finds the attempt recorded does nothing", async () => {
    const plan = planOf();
    const stores = newStores();
    const { ran } = await run(plan, stores);
    const before = await storeDigests(stores.product);
    const open = () => failing("network");
    const again = await processShard(shardContext(plan, stores, open), {
      index: 0,
      attempt: 1,
      allowPartial: false,
    });
    expect(again.state).not.toBe("failed");
    expect(await storeDigests(stores.product)).toEqual(before);
    expect(ran).toHaveLength(plan.shards.length);
  });

  test("one that was given up for lost and comes back puts its own record after that", async () => {
    const plan = planOf();
    const stores = newStores();
    await run(plan, stores, { select: [] });
    let lost = false;
    const context = shardContext(plan, stores, (granule) => {
      const source = files(granule);
      return {
        ...source,
        async version() {
          if (!lost) {
            lost = true;
            const failure = { kind: "timeout", code: "deadline", message: "too long" } as const;
            await putRecord(stores.run, plan, lostWorkerRecord(plan, { index: 0, attempt: 1 }, failure));
          }
          return source.version();
        },
      };
    });
    const record = await processShard(context, { index: 0, attempt: 1, allowPartial: false });
    expect(record).toMatchObject({ attempt: 2, failures: [] });
    expect((await verifyProduct({ ...stores })).discrepancies.every(({ kind }) => kind === "differs")).toBe(
      true,
    );
    await run(plan, stores);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });
});

describe("a source that refuses or is silent", () => {
  test("no credentials: the run stops, its other shards stay pending, and go on once they work", async () => {
    const plan = planOf();
    const stores = newStores();
    const { summary, ran } = await run(plan, stores, { open: () => failing("auth") });
    expect(ran).toHaveLength(1);
    expect(summary).toMatchObject({ stopped_by: "auth", failed: 1, pending: plan.shards.length - 1 });
    expect((await run(plan, stores)).summary).toMatchObject({ failed: 0, pending: 0 });
  });

  test("one granule that may not be read is missing, where others of its place can be", async () => {
    const plan = planOf();
    const [forbidden] = plan.granules;
    const open: GranuleOpener = (granule) =>
      granule.id === forbidden?.id ? failing("denied", `/data/${granule.id}`) : files(granule);
    const { summary } = await run(plan, newStores(), { open });
    expect(summary.stopped_by).toBeUndefined();
    expect(new Set(summary.failures.map(({ kind, code, granule }) => `${kind} ${code} ${granule}`))).toEqual(
      new Set([`missing denied ${forbidden?.id}`]),
    );
    const refused = await run(plan, newStores(), { open: () => failing("denied") });
    expect(refused.summary.stopped_by).toBe("auth");
  });

  test("a dead network: after three shards the run stops, and goes on once it is back", async () => {
    const plan = planOf();
    const stores = newStores();
    const { summary, ran } = await run(plan, stores, { open: () => failing("network") });
    expect(ran).toHaveLength(3);
    expect(summary).toMatchObject({ stopped_by: "upstream", failed: 3 });
    expect((await run(plan, stores)).summary).toMatchObject({ failed: 0, pending: 0 });
  });

  test("status groups failures by cause, with a rate and what is left", async () => {
    const plan = planOf();
    const stores = newStores();
    await run(plan, stores, { open: () => failing("network") });
    const status = await runStatus(stores);
    expect(status).toMatchObject({ total_shards: plan.shards.length, shards: { failed: 3 } });
    expect(status.failures.length).toBeGreaterThan(0);
    expect(status.failures[0]).toMatchObject({ kind: "network" });
    expect(status.shards_per_minute).toBeGreaterThan(0);
    expect(status.eta_s).toBeGreaterThan(0);
    await expect(runStatus(newStores())).rejects.toMatchObject({ code: "no-record" });
  });
});

describe("plans", () => {
  test("another product's shard list: the same shape, shards without granules empty, others counted", async () => {
    const [stores, aligned] = [newStores(), newStores()];
    const plan = planOf();
    await run(plan, stores);
    const product = await openProduct(stores.product);
    const elsewhere = { id: "-5111111", granules: [0] };
    const other = { ...catalog, shards: [...catalog.shards.slice(1), elsewhere] };
    const { catalog: taken, shardsOutside } = ontoShardsOf(product, other);
    expect(shardsOutside).toBe(catalog.shards.some(({ id }) => id === elsewhere.id) ? 0 : 1);
    expect(taken.shards.map(({ id }) => id)).toEqual(plan.shards.map(({ id }) => id));
    const { summary } = await run(planOf(taken), aligned);
    expect(summary.empty).toBeGreaterThanOrEqual(1);
    expect((await openProduct(aligned.product)).spec.shards).toEqual(product.spec.shards);
    const coarse = {
      ...catalog,
      metadata: { ...catalog.metadata, grid: { parentOrder: 5, latitude: "authalic" } as const },
    };
    expect(() => ontoShardsOf(product, coarse)).toThrow(/parent order 6.*parent order 5/);
    expect(() => ontoShardsOf(product, { ...catalog, shards: [elsewhere] })).toThrow(/no shard in common/);
  });

  test("a shard's memory grows with its granules; the estimate tells the largest", () => {
    const plan = planOf();
    const memory = plan.shards.map((_, i) => shardMemory(plan, i));
    expect(estimateRun(plan, [0, 1]).shard_memory).toBe(Math.max(memory[0] as number, memory[1] as number));
    const big = { ...plan, granules: plan.granules.map((granule) => ({ ...granule, size: 150e6 })) };
    expect(shardMemory(big, 0)).toBeGreaterThan(memory[0] as number);
  });

  test("what comes over https is told as time on an office line, files are not", () => {
    const plan = planOf();
    expect(estimateRun(plan, [0])).not.toHaveProperty("office_line_s");
    const granules = plan.granules.map(({ id }) => ({
      id,
      https: `https://data.example/${id}`,
      size: 125e6,
    }));
    const { office_line_s: seconds, pairs } = estimateRun({ ...plan, granules }, [0]);
    expect(seconds).toBeCloseTo(pairs * 1);
  });
});

test("a store named by a link has its record beside the store itself", async () => {
  await mkdir(join(folder, "disk/out.zarr"), { recursive: true });
  await symlink(join(folder, "disk/out.zarr"), join(folder, "link.zarr"));
  const { product, run: record } = openStores(join(folder, "link.zarr"));
  expect([product.url, record.url]).toEqual([
    join(folder, "disk/out.zarr"),
    join(folder, "disk/out.zarr.run"),
  ]);
});

test("a link that leads nowhere is told by writing", async () => {
  const link = join(folder, "nowhere.zarr");
  await symlink(join(folder, "gone/out.zarr"), link);
  const told = openStores(link).product.put("x", new Uint8Array(1));
  await expect(told).rejects.toMatchObject({ kind: "store", code: "not-found" });
});

test("a store is a folder or a prefix in a bucket, and nothing else", () => {
  for (const target of [
    "",
    "/",
    "//",
    "https://x.example/y.zarr",
    "file:///tmp/y.zarr",
    "gs://b/y",
    "s3://",
    "s3://bucket/",
    "s3://b/y",
    "S3://bucket/y",
    "s3://bucket/../other/x",
    "s3://bucket/a/../x",
    "s3://bucket/./y",
    "s3://bucket/a//x",
    "s3://bucket/..",
    "s3://user:pass@bucket/x",
    "/..",
  ]) {
    const refused = expect.objectContaining({ kind: "config", code: "store" });
    expect(() => openStores(target), target).toThrow(refused);
  }
  for (const [target, folder] of [
    ["out.zarr/", "out.zarr"],
    ["./a b/ü.zarr", "./a b/ü.zarr"],
    [".", process.cwd()],
    ["..", dirname(process.cwd())],
    [join(import.meta.filename, "x.zarr"), join(import.meta.filename, "x.zarr")],
  ] as const) {
    const { product, run } = openStores(target);
    expect([product.url, run.url]).toEqual([folder, `${folder}.run`]);
  }
});
