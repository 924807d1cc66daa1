import { memoryStore } from "@zagg/storage";
import { chunkKey } from "@zagg/zarr";
import { expect, test } from "vitest";
import { writeBlock } from "./block.js";
import { arrayCodecs, blocksOf, placeIn, usualShardsPerObject } from "./layout.js";
import { packShard } from "./shard.js";
import { productSpec } from "./spec.js";
import { writeTemplate } from "./write.js";

const grid = (parentOrder: number, childOrder: number) =>
  ({ parentOrder, childOrder, latitude: "authalic" }) as const;

test.each([
  [6, 12, 64],
  [6, 14, 64],
  [6, 15, 32],
  [6, 16, 8],
  [6, 17, 2],
  [6, 18, 1],
  [8, 8, 64],
])("shards of order %i with cells of order %i: %i in an object", (parentOrder, childOrder, count) => {
  expect(usualShardsPerObject(grid(parentOrder, childOrder))).toBe(count);
});

test("a shard lies alone, or in a slot of its block", () => {
  const alone = { grid: grid(6, 12), shardsPerObject: 1 };
  expect(placeIn(alone, "count", 7)).toEqual({ key: chunkKey("12/count", 7), slot: 0 });
  const blocks = { ...alone, shardsPerObject: 64 };
  expect(placeIn(blocks, "count", 63)).toEqual({ key: "12/count/c/0", slot: 63 });
  expect(placeIn(blocks, "count", 64)).toEqual({ key: "12/count/c/1", slot: 0 });
});

test("blocks hold every shard once, the last one what is left", () => {
  const shards = [3, 5, 8, 9, 10];
  expect(blocksOf({ shards, shardsPerObject: 2 })).toEqual([[0, 1], [2, 3], [4]]);
  expect(blocksOf({ shards, shardsPerObject: 64 })).toEqual([[0, 1, 2, 3, 4]]);
  expect(blocksOf({ shards, shardsPerObject: 1 })).toEqual([[0], [1], [2], [3], [4]]);
});

test("what lies in a block has a checksum, whatever the codecs", () => {
  const inner = (codecs: "none" | "gzip", shardsPerObject: number) =>
    JSON.stringify(arrayCodecs({ grid: grid(6, 12), codecs, shardsPerObject }, "uint8"));
  expect(inner("none", 1)).toBe('[{"name":"bytes"}]');
  expect(inner("none", 4)).toMatch(
    /"chunk_shape":\[4096\],"codecs":\[\{"name":"bytes"\},\{"name":"crc32c"\}\]/,
  );
  expect(inner("gzip", 4)).toMatch(/"codecs":\[\{"name":"bytes"\},\{"name":"gzip"/);
});

test("a product of 1,344 shards and eleven arrays over its cells has fewer than 300 objects", async () => {
  const array = { dtype: "int32", fillValue: 0, attrs: {} } as const;
  const variables = Object.fromEntries(["count", ..."stuvwxyz"].map((name) => [name, array]));
  const coordinates = { morton: { dtype: "int64", fillValue: 0, attrs: {} } } as const;
  const request = {
    aggregation: { coordinates, variables },
    output: { codecs: "gzip", shardsPerObject: 64 },
  } as const;
  const shards = Array.from({ length: 1344 }, (_, i) => 41_000 + i);
  const spec = productSpec(request, grid(6, 6), shards, {});
  const store = memoryStore();
  await writeTemplate(store, spec);
  const packed = packShard(spec, 0, undefined);
  for (const [block, members] of blocksOf(spec).entries()) {
    for (const [name, chunk] of packed)
      await writeBlock(
        store,
        spec,
        name,
        block,
        members.map(() => chunk),
      );
  }
  const keys = [];
  for await (const { key } of store.list("")) keys.push(key);
  expect(keys.filter((key) => key.includes("/c/"))).toHaveLength(11 * 21 + 2);
  expect(keys.length).toBeLessThan(300);
});
