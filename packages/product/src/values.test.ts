import { memoryStore } from "@zagg/storage";
import type { ChunkValues } from "@zagg/zarr";
import { expect, test } from "vitest";
import { openProduct } from "./read.js";
import { writeShard } from "./shard.js";
import type { ArraySpec, ProductSpec } from "./spec.js";
import { asFloats, readValues, shardsWithData } from "./values.js";
import { writeState, writeTemplate } from "./write.js";

const variable = (dtype: ArraySpec["dtype"], fillValue: ArraySpec["fillValue"]) => ({
  dtype,
  fillValue,
  attrs: {},
});

/** Four shards of four cells: written, empty, partial, failed. */
const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 2, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: { cell_ids: variable("uint64", 0) },
  variables: {
    count: variable("int32", 0),
    flag: variable("uint8", 0),
    h: variable("float32", "NaN"),
    day: variable("int64", -1),
  },
  codecs: "none",
  shardsPerObject: 1,
  provenance: {},
  groupAttrs: {},
};

const store = memoryStore();
await writeTemplate(store, SPEC);
const arrays = new Map<string, ChunkValues>([
  ["count", Int32Array.of(2, 0, 1, 3)],
  ["flag", Uint8Array.of(0, 0, 7, 255)],
  ["h", Float32Array.of(-1.5, Number.NaN, 0, 2.25)],
  ["day", BigInt64Array.of(0n, -1n, -1n, 20_000n)],
]);
await writeShard(store, SPEC, 0, arrays);
await writeShard(store, SPEC, 1, undefined);
await writeShard(store, SPEC, 2, arrays);
await writeState(store, SPEC, Uint8Array.of(1, 3, 2, 4), {});
const product = await openProduct(store);

const floatsOf = async (name: string, k: number) => {
  const values = await readValues(product, name, k);
  return values && asFloats(values);
};

test.each([
  ["h", Float32Array.of(-1.5, Number.NaN, 0, 2.25)],
  ["day", Float64Array.of(0, Number.NaN, Number.NaN, 20_000)],
  ["count", Float64Array.of(2, Number.NaN, 1, 3)],
  ["flag", Float64Array.of(0, Number.NaN, 7, 255)], // 0 is a value where there are points
])("%s as floats: every cell's value, NaN where it has none", async (name, floats) => {
  expect(await floatsOf(name, 0)).toEqual(floats);
  expect(await floatsOf(name, 2)).toEqual(floats);
});

test("an empty shard has chunks without a value, a failed one has none", async () => {
  expect(await floatsOf("h", 1)).toEqual(new Float32Array(4).fill(Number.NaN));
  expect(await floatsOf("flag", 1)).toEqual(new Float64Array(4).fill(Number.NaN));
  expect(await readValues(product, "h", 3)).toBeUndefined();
});

test("data lie in written and partial shards", async () => {
  expect(await shardsWithData(product)).toEqual([0, 2]);
});
