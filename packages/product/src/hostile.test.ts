import { isStorageError, memoryStore, type Store } from "@zagg/storage";
import { hostileStores, type StoreObjects } from "@zagg/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { writeBlock } from "./block.js";
import { isProductError } from "./error.js";
import { openProduct, type Product } from "./read.js";
import { packShard } from "./shard.js";
import type { ProductSpec } from "./spec.js";
import { writeState, writeTemplate } from "./write.js";

const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: {
    cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
    morton: { dtype: "int64", fillValue: 0, attrs: {} },
  },
  variables: {
    count: { dtype: "int32", fillValue: 0, attrs: {} },
    h_mean: { dtype: "float32", fillValue: "NaN", attrs: {} },
  },
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: {},
  groupAttrs: {},
};

/** These open: what is odd about them is no business of ours, or is found when it is read. */
const OPEN = [
  "rules of pixels that are none",
  "dimensions in numbers",
  "dimensions of text",
  "a name of 5 MB",
  "names and units that are none",
  "names and a title that a terminal obeys",
  "attributes of text",
  'an array called "../../etc/passwd"',
  "a block of null",
  "10,000 variables",
  "a bomb of states",
  "states that are none",
  "states of no shard",
  "a bomb of values",
  "values cut off",
  "values of nothing",
  "50 MB of other values",
  "values that are gone",
];

/** Three shards of 16 in an object: that its index is of two is found when it is read. */
const OPEN_IN_BLOCKS = ["chunks of 48 cells"];

/** A good store, of shards that lie alone or in blocks. */
async function goodStore(shardsPerObject: number): Promise<StoreObjects> {
  const store = memoryStore();
  const spec = { ...SPEC, shardsPerObject };
  await writeTemplate(store, spec);
  for (const [name, packed] of packShard(spec, 0, undefined))
    await writeBlock(store, spec, name, 0, [packed]);
  await writeState(store, spec, Uint8Array.of(1, 0, 0, 0), {});
  const objects: StoreObjects = new Map();
  for await (const { key } of store.list("")) objects.set(key, (await store.get(key)) as Uint8Array);
  return objects;
}

async function storeOf(objects: StoreObjects): Promise<Store> {
  const store = memoryStore();
  for (const [key, bytes] of objects) await store.put(key, bytes);
  return store;
}

/** Reads all there is; what fails must be an error that says where. */
async function readAll(product: Product): Promise<void> {
  const names = Object.keys(product.spec.variables).slice(0, 20);
  for (const read of [() => product.states(), ...names.map((name) => () => product.readArray(name))]) {
    await read().catch(expectTyped);
  }
}

function expectTyped(error: unknown): void {
  expect(isProductError(error) || isStorageError(error), String(error)).toBe(true);
  const { message } = error as Error;
  expect(message.length).toBeLessThan(1000);
  expect(message).toMatch(/^memory:/);
}

describe.each([
  ["of shards that lie alone", 1],
  ["of blocks", 2],
])("a hostile store %s", (_, shardsPerObject) => {
  let good: StoreObjects;
  beforeAll(async () => {
    good = await goodStore(shardsPerObject);
  });

  test.each(hostileStores("3"))(
    "with $name: one error that says what is wrong, or it is read",
    async ({ name, change }) => {
      const objects = new Map(good);
      change(objects);
      const opened = await openProduct(await storeOf(objects)).catch((error: unknown) => {
        expectTyped(error);
        return undefined;
      });
      const open = [...OPEN, ...(shardsPerObject > 1 ? OPEN_IN_BLOCKS : [])];
      expect(opened !== undefined).toBe(open.includes(name));
      if (opened) await readAll(opened);
    },
  );

  test("with any JSON in any place of its metadata", async () => {
    const root = JSON.parse(new TextDecoder().decode(good.get("zarr.json")));
    const places = placesIn(root.consolidated_metadata.metadata);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue(), async (place, value) => {
        const changed = structuredClone(root);
        put(changed.consolidated_metadata.metadata, place, value);
        const objects = new Map(good).set("zarr.json", new TextEncoder().encode(JSON.stringify(changed)));
        const product = await openProduct(await storeOf(objects)).catch(expectTyped);
        if (product) await readAll(product);
      }),
      { numRuns: 600 },
    );
  });
});

type Place = readonly [string, ...string[]];

function placesIn(value: unknown, at: readonly string[] = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]): Place[] => {
    const place = [...at, key] as unknown as Place;
    return [place, ...placesIn(below, place)];
  });
}

function put(target: Record<string, unknown>, [key, ...below]: readonly string[], value: unknown): void {
  if (key === undefined) return;
  if (below.length === 0) target[key] = value;
  else put(target[key] as Record<string, unknown>, below, value);
}
