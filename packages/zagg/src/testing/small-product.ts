import { type ProductSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import type { StoreObjects } from "@zagg/testing";

/** Four shards of sixteen cells. */
const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: {
    cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
    morton: { dtype: "int64", fillValue: 0, attrs: {} },
  },
  variables: {
    count: { dtype: "int32", fillValue: 0, attrs: {} },
    h_mean: { dtype: "float32", fillValue: "NaN", attrs: { long_name: "mean height", units: "m" } },
  },
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: { version: "0.2.0" },
  groupAttrs: {},
};

/** The objects of a small product in group `3`, of whose shards the first is written: a good one, to be damaged. */
export async function smallProduct(): Promise<StoreObjects> {
  const store = memoryStore();
  await writeTemplate(store, SPEC);
  const values = { count: new Int32Array(16).fill(3), h_mean: new Float32Array(16).fill(7.5) };
  await writeShard(store, SPEC, 0, new Map(Object.entries(values)));
  await writeState(store, SPEC, Uint8Array.of(1, 0, 0, 0), {});
  const objects: StoreObjects = new Map();
  for await (const { key } of store.list("")) objects.set(key, (await store.get(key)) as Uint8Array);
  return objects;
}
