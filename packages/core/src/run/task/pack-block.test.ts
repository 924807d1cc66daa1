import { openProduct } from "@zagg/product";
import { type Store, wrap } from "@zagg/storage";
import { storeDigests } from "@zagg/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { failing, files, IN_PAIRS, newStores, planOf, run } from "../../testing/sample-run.js";
import { verifyProduct } from "../check/verify.js";
import { planProduct } from "../plan/plan-product.js";
import { type PackReceipt, packKey } from "../record/pack-receipt.js";
import { readRecords } from "../record/run-record.js";
import type { ProductStores } from "../stores/open-store.js";
import { packBlock } from "./pack-block.js";
import { processShard, shardContext } from "./process-shard.js";

const plan = planOf(undefined, IN_PAIRS);
const product = planProduct(plan);
const whole = newStores();
await run(plan, whole);
const digests = await storeDigests(whole.product);

let stores: ProductStores;
const pack = async (block: number, given = stores) => {
  const receipt = await packBlock({ plan, stores: given, product }, block);
  expect(receipt).toBeDefined();
  return receipt as PackReceipt;
};
const keysIn = async (store: Store, prefix: string) => {
  const keys = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
};
/** Does shards as a worker does, and packs nothing. */
const shards = async (...indexes: number[]) => {
  for (const index of indexes) {
    await processShard(shardContext(plan, stores, files), { index, attempt: 1, allowPartial: false });
  }
};
beforeEach(async () => {
  stores = newStores();
  await run(plan, stores, { select: [] });
});

test("results wait beside the product, a block holds them, and a receipt says so", async () => {
  await shards(2, 3);
  expect(await keysIn(stores.run, "results/")).toHaveLength(2);
  expect(await keysIn(stores.product, "8/count/c/")).toEqual([]);
  const receipt = await pack(1);
  const records = await readRecords(stores.run, plan);
  expect(receipt.slots).toEqual(
    [2, 3].map((k) => ({ attempt: 1, result: records.get(plan.shards[k]?.id ?? "")?.result })),
  );
  expect(JSON.parse(new TextDecoder().decode(await stores.run.get(packKey(1))))).toEqual(receipt);
  for (const key of await keysIn(stores.product, "8/")) {
    if (/^8\/(count|h_\w+)\/c\//.test(key)) expect(key).toMatch(/\/c\/1$/);
  }
  expect((await storeDigests(stores.product))["8/count/c/1"]).toBe(digests["8/count/c/1"]);
});

test("what is in its block is taken from there once its result has gone", async () => {
  await run(plan, stores, { select: [2] });
  expect(await keysIn(stores.run, "results/")).toEqual([]);
  await shards(3);
  await pack(1);
  expect((await storeDigests(stores.product))["8/h_mean/c/1"]).toBe(digests["8/h_mean/c/1"]);
});

test("nothing is put where nothing has changed", async () => {
  await shards(2, 3);
  await pack(1);
  const quiet = wrap(stores.product, {
    put: async (key) => {
      throw new Error(`${key} was put again`);
    },
  });
  const { slots } = await pack(1, { ...stores, product: quiet });
  expect(slots).not.toContain(null);
});

test("a shard without a record, or one that failed, has nothing in its block; an empty block has no object", async () => {
  await shards(2);
  expect((await pack(1)).slots).toMatchObject([{ attempt: 1 }, null]);
  const refused = shardContext(plan, stores, () => failing("network"));
  await processShard(refused, { index: 2, attempt: 2, allowPartial: false });
  expect((await pack(1)).slots).toEqual([null, null]);
  expect(await keysIn(stores.product, "8/count/c/")).toEqual([]);
});

test("a run that goes on after a kill packs what was only recorded, and reads no granule again", async () => {
  await shards(0, 1, 2, 3, 4);
  const { states } = await openProduct(stores.product);
  expect(await states()).toEqual(new Uint8Array(5)); // readers are told of none
  const { ran, summary } = await run(plan, stores);
  expect(ran).toEqual([]);
  expect(summary).toMatchObject({ pending: 0, skipped: 5 });
  expect(await storeDigests(stores.product)).toEqual(digests);
  expect(await keysIn(stores.run, "results/")).toEqual([]);
});

test("readers of a product that goes on are told only of what is in its block", async () => {
  await run(plan, stores, { select: [0, 1] });
  await shards(2, 3);
  await run(plan, stores, { select: [], signal: AbortSignal.abort() }).catch(() => undefined);
  const states = async () => [...((await (await openProduct(stores.product)).states()) ?? [])];
  expect((await states()).slice(2)).toEqual([0, 0, 0]);
  await run(plan, stores, { select: [] });
  expect((await states()).slice(2)).toEqual([1, 1, 0]);
});

describe("damage in a block", () => {
  test("of one shard: that shard is done again, its neighbours stay", async () => {
    await run(plan, stores);
    const bytes = (await stores.product.get("8/h_max/c/1")) as Uint8Array;
    await stores.product.put(
      "8/h_max/c/1",
      bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
    );
    const { discrepancies } = await verifyProduct(stores, { sample: 0 });
    expect(discrepancies).toMatchObject([{ kind: "differs", what: "8/h_max/c/1" }]);
    expect((await run(plan, stores)).ran).toEqual([2]);
    expect(await storeDigests(stores.product)).toEqual(digests);
  });

  test.each([
    [
      "of its index",
      (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
    ],
    ["cut off", (bytes: Uint8Array) => bytes.subarray(0, 10)],
    ["emptied", () => new Uint8Array(0)],
  ])("%s: all of its shards are", async (_, damage) => {
    await run(plan, stores);
    await stores.product.put("8/h_max/c/1", damage((await stores.product.get("8/h_max/c/1")) as Uint8Array));
    expect((await run(plan, stores)).ran.sort()).toEqual([2, 3]);
    expect(await storeDigests(stores.product)).toEqual(digests);
  });

  test("something besides: it is packed again, and no shard is done", async () => {
    await run(plan, stores);
    const bytes = (await stores.product.get("8/h_max/c/1")) as Uint8Array;
    const longer = new Uint8Array(bytes.length + 7);
    longer.set(bytes.subarray(0, bytes.length - 36));
    longer.set(bytes.subarray(bytes.length - 36), bytes.length - 36 + 7);
    await stores.product.put("8/h_max/c/1", longer);
    expect((await run(plan, stores)).ran).toEqual([]);
    expect(await storeDigests(stores.product)).toEqual(digests);
  });
});

test("two runs that pack one block: a put that is held back replaces nothing that came in between", async () => {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isHeld = () => {};
  const waiting = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const slow = wrap(stores.product, {
    async put(key, bytes, options) {
      if (key === "8/count/c/1") {
        isHeld();
        await held;
      }
      return stores.product.put(key, bytes, options);
    },
  });
  const first = run(plan, { ...stores, product: slow }, { select: [0, 2] });
  await waiting;
  const second = await run(plan, stores, { select: [1, 3, 4] });
  expect(second.summary).toMatchObject({ unfinished: 0 });
  letGo();
  expect((await first).summary).toMatchObject({ unfinished: 0, pending: 0 });
  expect(await storeDigests(stores.product)).toEqual(digests);
  expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
});
