import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orderGroup } from "@zagg/product";
import { localStore, StorageError, wrap } from "@zagg/storage";
import { storeDigests } from "@zagg/testing";
import { chunkKey } from "@zagg/zarr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALONE, catalog, failing, files, newStores, planOf, run } from "../../testing/sample-run.js";
import { templateDigests } from "../check/compare.js";
import { settleStores } from "../check/settle.js";
import { verifyProduct } from "../check/verify.js";
import { runStatus } from "../forecast/status.js";
import { planProduct } from "../plan/plan-product.js";
import { lostWorkerRecord } from "../record/lost-record.js";
import { putRecord } from "../record/put-record.js";
import { PLAN_KEY, readRecords, STAC_KEY } from "../record/run-record.js";
import { recordKey } from "../record/shard-record.js";
import type { GranuleOpener } from "../task/open-granule.js";
import { processShard, shardContext } from "../task/process-shard.js";
import type { RunStart } from "./run-plan.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

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
    const plan = planOf(undefined, ALONE);
    const [stores, whole] = [newStores(), newStores()];
    await run(plan, whole);
    await run(plan, stores, { select: [0] });
    const product = planProduct(plan);
    const [name = ""] = Object.keys(product.variables);
    const key = (k: number) => chunkKey(`${orderGroup(product.grid)}/${name}`, k);
    await stores.product.put(key(1), Uint8Array.of(1));
    await stores.product.delete([key(0)]);
    const settled = await settleStores(plan, product, stores, await templateDigests(product));
    expect(settled).toMatchObject({ flaws: [{ index: 0, kind: "missing", what: key(0) }], mended: [] });
    expect(await stores.product.head(key(1))).toBeUndefined();
    await run(plan, stores);
    expect(await storeDigests(stores.product)).toEqual(await storeDigests(whole.product));
    expect((await readRecords(stores.run, plan)).get(plan.shards[0]?.id ?? "")?.attempt).toBe(2);
  });

  test("what a listing leaves out, or gives another size, is asked for itself before it is taken for damage", async () => {
    const plan = planOf();
    const stores = newStores();
    const { product } = stores;
    const lying = wrap(product, {
      async *list(prefix: string) {
        for await (const object of product.list(prefix)) {
          if (object.key.endsWith("/c/0")) yield { ...object, size: object.size + 1 };
          else if (!object.key.endsWith("/c/1")) yield object;
        }
      },
    });
    const { summary, ran } = await run(plan, { ...stores, product: lying });
    expect(summary).toMatchObject({ failed: 0, pending: 0 });
    expect(ran).toHaveLength(plan.shards.length);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });

  test("a record that the store has and has not ends the run", async () => {
    const plan = planOf();
    const stores = newStores();
    const lying = wrap(stores.run, {
      async put(key, bytes, options) {
        if (options?.ifNoneMatch) throw new StorageError("exists", key, "the key is taken");
        return stores.run.put(key, bytes, options);
      },
    });
    const failed = run(plan, { ...stores, run: lying });
    await expect(failed).rejects.toMatchObject({ kind: "store", code: "lost-record" });
  });

  test("coordinates and metadata that are gone are written again", async () => {
    const plan = planOf();
    const [stores, whole] = [newStores(), newStores()];
    await run(plan, whole);
    await run(plan, stores);
    await stores.product.delete(["zarr.json", "8/cell_ids/c/0", "8/count/zarr.json"]);
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
    // Its block is packed when the run ends.
    expect(new Set((await verifyProduct(stores)).discrepancies.map(({ kind }) => kind))).toEqual(
      new Set(["missing"]),
    );
    await run(plan, stores);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });
});
