import { httpStore, memoryStore, type Store, wrap } from "@zagg/storage";
import { type HttpServer, startHttpServer } from "@zagg/testing";
import { type ChunkValues, encodeBlock } from "@zagg/zarr";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unpackBlock, writeBlock } from "./block.js";
import { deleteProduct } from "./delete.js";
import { blocksOf } from "./layout.js";
import { openProduct } from "./read.js";
import { packShard, removeShard, writeShard } from "./shard.js";
import type { ProductSpec } from "./spec.js";
import { writeState, writeTemplate } from "./write.js";

/** Ten shards of 16 cells in blocks of four: the last is cut. */
const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 9, 12, 13, 20, 33, 40, 41, 47],
  shardsPerObject: 4,
  coordinates: {
    cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
    morton: { dtype: "int64", fillValue: 0, attrs: {} },
  },
  variables: {
    count: { dtype: "int32", fillValue: 0, attrs: {} },
    h_mean: { dtype: "float32", fillValue: "NaN", attrs: {} },
  },
  codecs: "gzip",
  provenance: {},
  groupAttrs: {},
};
const RAW: ProductSpec = { ...SPEC, codecs: "none" };
/** Written, failed, pending and empty ones in the first block, none written in the second, a cut third. */
const STATES = Uint8Array.of(1, 4, 3, 2, 0, 4, 0, 0, 0, 1);

function values(k: number): Map<string, ChunkValues> {
  return new Map<string, ChunkValues>([
    ["count", Int32Array.from({ length: 16 }, (_, i) => 100 * k + i)],
    ["h_mean", Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? Number.NaN : k + i / 10))],
  ]);
}

/** What is packed of a block, by variable: undefined where a shard has no result. */
function packed(spec: ProductSpec, shards: readonly number[], states: Uint8Array, name: string) {
  return shards.map((k) => {
    if (states[k] === 3) return packShard(spec, k, undefined).get(name);
    return [1, 2].includes(states[k] as number) ? packShard(spec, k, values(k)).get(name) : undefined;
  });
}

async function writeProduct(store: Store, spec: ProductSpec, states = STATES): Promise<void> {
  await writeTemplate(store, spec);
  for (const [block, shards] of blocksOf(spec).entries()) {
    for (const name of Object.keys(spec.variables)) {
      const chunks = packed(spec, shards, states, name);
      if (chunks.some(Boolean)) await writeBlock(store, spec, name, block, chunks);
    }
  }
  await writeState(store, spec, states, {});
}

async function keys(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list("")) found.push(key);
  return found;
}

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

describe.each([
  ["gzip", SPEC],
  ["crc32c alone", RAW],
])("a product of blocks, packed with %s", (_, spec) => {
  beforeEach(() => writeProduct(store, spec));

  test("has an object for each block that holds something", async () => {
    const chunks = (await keys(store)).filter((key) => key.includes("/c/"));
    expect(chunks).toEqual([
      ...[0, 1, 2].map((block) => `3/cell_ids/c/${block}`),
      ...["3/count/c/0", "3/count/c/2", "3/h_mean/c/0", "3/h_mean/c/2"],
      ...[0, 1, 2].map((block) => `3/morton/c/${block}`),
      ...["3/shard_ids/c/0", "3/shard_state/c/0"],
    ]);
  });

  test("opens as it was made, and gives back every shard", async () => {
    const product = await openProduct(store);
    expect(product.spec).toEqual(spec);
    for (const [k, state] of STATES.entries()) {
      const there = state === 1 || state === 2;
      const count = await product.readChunk("count", k);
      expect(count, `shard ${k}`).toEqual(
        there ? values(k).get("count") : state === 3 ? new Int32Array(16) : undefined,
      );
      const ids = (await product.readChunk("cell_ids", k)) ?? [];
      expect([...ids]).toEqual(Array.from({ length: 16 }, (_, i) => BigInt(16 * (spec.shards[k] ?? 0) + i)));
    }
    const whole = await product.readArray("h_mean");
    expect(whole).toHaveLength(160);
    expect(whole.subarray(48, 64)).toEqual(values(3).get("h_mean"));
    expect(whole.subarray(144)).toEqual(values(9).get("h_mean"));
    expect(whole.subarray(64, 144).every((value) => Number.isNaN(value))).toBe(true);
  });

  test("reads as the same product of single shards does", async () => {
    const single = memoryStore();
    const alone = { ...spec, shardsPerObject: 1 };
    await writeTemplate(single, alone);
    for (const [k, state] of STATES.entries()) {
      if (state === 3) await writeShard(single, alone, k, undefined);
      else if (state === 1 || state === 2) await writeShard(single, alone, k, values(k));
    }
    await writeState(single, alone, STATES, {});
    const [product, other] = [await openProduct(store), await openProduct(single)];
    for (const name of product.arrays.keys()) {
      expect(await product.readArray(name), name).toEqual(await other.readArray(name));
    }
  });

  test("is deleted whole", async () => {
    expect(await deleteProduct(store)).toBe(true);
    expect(await keys(store)).toEqual([]);
  });
});

test("the chunks of an object are those of its shards, as they lie alone", async () => {
  await writeProduct(store, SPEC);
  const bytes = (await store.get("3/count/c/2")) as Uint8Array;
  const alone = packShard({ ...SPEC, shardsPerObject: 1 }, 9, values(9)).get("count");
  expect(unpackBlock(SPEC, "int32", bytes)).toEqual([undefined, alone, undefined, undefined]);
  expect(unpackBlock({ ...SPEC, shardsPerObject: 1 }, "int32", bytes)).toEqual([bytes]);
});

test("what others lie beside is not written or removed alone, and of nothing there is no object", async () => {
  await writeTemplate(store, SPEC);
  await expect(writeShard(store, SPEC, 0, values(0))).rejects.toThrow(
    /holds 4 shards: write the whole block/,
  );
  await expect(removeShard(store, SPEC, 0)).rejects.toThrow(RangeError);
  await expect(writeBlock(store, SPEC, "count", 0, [undefined])).rejects.toThrow(/would hold nothing/);
  const five = Array.from({ length: 5 }, () => new Uint8Array(1));
  await expect(writeBlock(store, SPEC, "count", 0, five)).rejects.toThrow(/holds 4 shards, not 5/);
});

test("a shard that the store does not give up is not removed", async () => {
  const refused = new Error("denied");
  const kept = { ...memoryStore(), delete: () => Promise.reject(refused) };
  await expect(removeShard(kept, { ...SPEC, shardsPerObject: 1 }, 0)).rejects.toBe(refused);
});

test("a block that the store does not take is no block", async () => {
  const store = memoryStore();
  const refused = new Error("no room");
  const full = { ...store, put: () => Promise.reject(refused) };
  const [chunk] = packed(SPEC, [0], STATES, "count");
  await expect(writeBlock(full, SPEC, "count", 0, [chunk])).rejects.toBe(refused);
});

describe("a block", () => {
  const key = "3/count/c/0";

  test("is opened once for all of its shards that are read", async () => {
    await writeProduct(store, SPEC);
    const asked: string[] = [];
    const counting = wrap(store, {
      getPart: (at, part, options) => {
        asked.push("last" in part ? `index of ${at}` : at);
        return store.getPart(at, part, options);
      },
    });
    const product = await openProduct(counting);
    await Promise.all([0, 1, 2, 3].map((k) => product.readChunk("count", k)));
    expect(asked.sort()).toEqual([key, key, key, `index of ${key}`]);
  });

  test("that is replaced after its index was read is read once more", async () => {
    await writeProduct(store, SPEC);
    const product = await openProduct(store);
    await product.readChunk("count", 0);
    const all = Uint8Array.from(STATES, () => 1);
    await writeProduct(store, SPEC, all);
    expect(await product.readChunk("count", 3)).toEqual(values(3).get("count"));
    expect(await product.readChunk("count", 1)).toEqual(values(1).get("count"));
  });

  test("that is replaced again and again ends in an error that says so", async () => {
    await writeProduct(store, SPEC);
    const restless = wrap(store, {
      getPart: async (at, part, options) => {
        if (!("last" in part)) await store.put(at, (await store.get(at)) as Uint8Array);
        return store.getPart(at, part, options);
      },
    });
    const product = await openProduct(restless);
    await expect(product.readChunk("count", 0)).rejects.toMatchObject({ code: "changed" });
  });

  test("to which a shard came while it was known without is read anew before that is called missing", async () => {
    await writeProduct(store, SPEC, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    const product = await openProduct(store);
    await product.readChunk("count", 0);
    await writeProduct(store, SPEC);
    expect(await product.readChunk("count", 3)).toEqual(values(3).get("count"));
  });

  test("that lacks a shard that was written, or is gone, is an error", async () => {
    await writeProduct(store, SPEC);
    const [first, ...others] = packed(SPEC, [0, 1, 2, 3], STATES, "count");
    await writeBlock(store, SPEC, "count", 0, [undefined, ...others]);
    const missing = { kind: "store", code: "missing-chunk", data: { key } };
    const product = await openProduct(store);
    await expect(product.readChunk("count", 0)).rejects.toMatchObject(missing);
    await expect(product.readArray("count")).rejects.toMatchObject(missing);
    expect(await product.readChunk("count", 3)).toEqual(values(3).get("count"));
    await store.delete([key]);
    await expect(product.readChunk("count", 3)).rejects.toMatchObject(missing);
    await expect((await openProduct(store)).readArray("count")).rejects.toMatchObject(missing);
    await writeBlock(store, SPEC, "count", 0, [first, ...others]);
    expect(await product.readChunk("count", 0)).toEqual(values(0).get("count"));
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
    ["cut off", (bytes) => bytes.subarray(0, 30), /fewer than the 68 of its index/],
    ["an index that is not its own", (bytes) => bytes.fill(7, -9, -5), /checksum/],
    ["a shard that is none", (bytes) => bytes.fill(7, 0, 12), /gzip/],
    ["a bomb", () => encodeBlock([new Uint8Array(2000), ...[1, 2, 3].map(() => undefined)]), /cannot have/],
    ["empty", () => new Uint8Array(0), /fewer/],
  ])("that is damaged (%s) is an error that names it", async (_, damage, message) => {
    await writeProduct(store, SPEC);
    await store.put(key, damage((await store.get(key)) as Uint8Array));
    const broken = { kind: "store", code: "bad-chunk", data: { key } };
    const product = await openProduct(store);
    for (const read of [() => product.readChunk("count", 0), () => product.readArray("count")]) {
      await expect(read()).rejects.toMatchObject({ ...broken, message: expect.stringMatching(message) });
    }
  });
});

describe("over http", () => {
  let server: HttpServer;
  let ranges: boolean;
  beforeEach(async () => {
    ranges = true;
    server = await startHttpServer({
      intercept(request, response) {
        if (ranges) return false;
        const bytes = server.objects.get(request.url ?? "");
        response.writeHead(bytes ? 200 : 404).end(bytes);
        return true;
      },
    });
    await writeProduct(store, SPEC);
    for (const key of await keys(store)) server.objects.set(`/${key}`, (await store.get(key)) as Uint8Array);
  });
  afterEach(() => server.close());

  test("a shard is read by ranges: the index, and its own bytes", async () => {
    const product = await openProduct(httpStore(server.url));
    server.requests.length = 0;
    expect(await product.readChunk("count", 3)).toEqual(values(3).get("count"));
    expect(server.requests).toEqual([
      "GET /3/count/c/0 bytes=-68",
      expect.stringMatching(/^GET \/3\/count\/c\/0 bytes=\d+-\d+$/),
    ]);
  });

  test("from a server that knows no ranges a block is read once, whole", async () => {
    ranges = false;
    const product = await openProduct(httpStore(server.url));
    server.requests.length = 0;
    for (const k of [0, 3]) expect(await product.readChunk("count", k)).toEqual(values(k).get("count"));
    expect(server.requests).toEqual(["GET /3/count/c/0 bytes=-68"]);
  });
});
