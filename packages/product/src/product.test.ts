import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore, type Store } from "@zagg/storage";
import type { ChunkValues } from "@zagg/zarr";
import { beforeEach, describe, expect, test } from "vitest";
import { deleteProduct, isOurs } from "./delete.js";
import { openProduct } from "./read.js";
import { removeShard, writeShard } from "./shard.js";
import type { ProductSpec } from "./spec.js";
import { writeState, writeTemplate } from "./write.js";

/** Four shards of 16 cells, two of them south of the equator. */
const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: {
    cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
    morton: { dtype: "int64", fillValue: 0, attrs: { long_name: "decimal morton id" } },
  },
  variables: {
    count: { dtype: "int32", fillValue: 0, attrs: { units: "1" } },
    h_mean: { dtype: "float32", fillValue: "NaN", attrs: { units: "m", cell_methods: "area: mean" } },
  },
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: { version: "0.2.0", identity: "abc" },
  groupAttrs: { title: "a test" },
};

const COUNTS = { points: 12 };

function arrays(k: number): Map<string, ChunkValues> {
  return new Map<string, ChunkValues>([
    ["count", Int32Array.from({ length: 16 }, (_, i) => 100 * k + i)],
    ["h_mean", Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? Number.NaN : k + i / 10))],
  ]);
}

async function keys(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list("")) found.push(key);
  return found;
}

async function json(store: Store, key: string) {
  return JSON.parse(new TextDecoder().decode(await store.get(key)));
}

/** A store that fails after so many puts, as a killed process would leave it. */
function failingAfter(store: Store, puts: number): Store {
  let left = puts;
  return {
    ...store,
    put: async (key, bytes, options) => {
      if (left-- <= 0) throw new Error("killed");
      await store.put(key, bytes, options);
    },
  };
}

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

describe("template", () => {
  test("writes metadata, complete coordinates and the state, and nothing else", async () => {
    await writeTemplate(store, SPEC);
    const chunks = (name: string) => [0, 1, 2, 3].map((k) => `3/${name}/c/${k}`);
    expect(await keys(store)).toEqual(
      [
        "zarr.json",
        "3/zarr.json",
        ...["cell_ids", "count", "h_mean", "morton", "shard_ids", "shard_state"].map(
          (name) => `3/${name}/zarr.json`,
        ),
        ...chunks("cell_ids"),
        ...chunks("morton"),
        "3/shard_ids/c/0",
        "3/shard_state/c/0",
      ].sort(),
    );
    const product = await openProduct(store);
    const ids = await product.readArray("cell_ids");
    expect([...ids]).toEqual(
      SPEC.shards.flatMap((shard) => Array.from({ length: 16 }, (_, i) => BigInt(shard * 16 + i))),
    );
    const morton = await product.readArray("morton");
    // Shard 0 is 11, shard 33 lies in base cell 8: -32; children append digits 1 to 4.
    expect([morton[0], morton[1], morton[4], morton[15]]).toEqual([1111n, 1112n, 1121n, 1144n]);
    expect([morton[32], morton[33], morton[47]]).toEqual([-3211n, -3212n, -3244n]);
    expect(await product.states()).toEqual(new Uint8Array(4));
  });

  test("opens as it was made", async () => {
    await writeTemplate(store, SPEC);
    const product = await openProduct(store);
    expect(product.spec).toEqual(SPEC);
    expect(product.status).toEqual({
      complete: false,
      shards: { pending: 4, written: 0, partial: 0, empty: 0, failed: 0 },
      counts: {},
    });
  });

  test("tells each chunk of the coordinates once it is written", async () => {
    const told: [done: number, total: number, written: number][] = [];
    let written = 0;
    const counting: Store = {
      ...store,
      put: async (key, ...rest) => {
        await store.put(key, ...rest);
        if (/\/(cell_ids|morton)\/c\//.test(key)) written++;
      },
    };
    await writeTemplate(counting, SPEC, (done, total) => told.push([done, total, written]));
    expect(told.map(([done, total]) => [done, total])).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, 8]));
    for (const [done, , then] of told) expect(then).toBeGreaterThanOrEqual(done);
  });

  test("cells of the finest order are kept, to the last on Earth", async () => {
    const grid = { parentOrder: 24, childOrder: 29, latitude: "authalic" } as const;
    const { cell_ids } = SPEC.coordinates;
    const spec = { ...SPEC, grid, coordinates: { cell_ids }, shards: [7, 12 * 4 ** 24 - 1] } as ProductSpec;
    await writeTemplate(store, spec);
    const product = await openProduct(store);
    expect(product.spec).toEqual(spec);
    const ids = await product.readArray("cell_ids");
    expect([ids[0], ids.at(-1)]).toEqual([7n * 1024n, 12n * 4n ** 29n - 1n]);
  });

  test("authalic products name the ellipsoid, geodetic ones a sphere, by both conventions", async () => {
    const ellipsoid = { name: "WGS84", inverse_flattening: 298.257223563 };
    const [axis, xdggs] = [{ semi_major_axis: 6378137 }, { semimajor_axis: 6378137 }];
    for (const [latitude, expected, inXdggs] of [
      ["authalic", { ellipsoid: { ...ellipsoid, ...axis } }, { ellipsoid: { ...ellipsoid, ...xdggs } }],
      ["geodetic", {}, {}],
    ] as const) {
      await writeTemplate(store, { ...SPEC, grid: { ...SPEC.grid, latitude } });
      const { attributes } = await json(store, "3/zarr.json");
      expect(attributes.dggs).toEqual({
        name: "healpix",
        refinement_level: 3,
        indexing_scheme: "nested",
        spatial_dimension: "cells",
        coordinate: "cell_ids",
        compression: "none",
        ...expected,
      });
      expect((await json(store, "3/cell_ids/zarr.json")).attributes).toEqual({
        grid_name: "healpix",
        level: 3,
        indexing_scheme: "nested",
        ...inXdggs,
      });
      expect(attributes.zagg.grid).toEqual({ parent_order: 1, child_order: 3, latitude });
    }
  });

  test("root and group carry the same arrays, consolidated", async () => {
    await writeTemplate(store, SPEC);
    const root = (await json(store, "zarr.json")).consolidated_metadata.metadata;
    const group = (await json(store, "3/zarr.json")).consolidated_metadata.metadata;
    expect(Object.keys(group)).toEqual(["cell_ids", "count", "h_mean", "morton", "shard_ids", "shard_state"]);
    for (const [name, document] of Object.entries(group)) {
      expect(root[`3/${name}`]).toEqual(document);
      expect(await json(store, `3/${name}/zarr.json`)).toEqual(document);
    }
    expect(root["3"].attributes).toEqual((await json(store, "3/zarr.json")).attributes);
  });

  test("variables carry their attributes and say where their coordinates are", async () => {
    await writeTemplate(store, SPEC);
    expect((await json(store, "3/h_mean/zarr.json")).attributes).toEqual({
      units: "m",
      cell_methods: "area: mean",
      coordinates: "cell_ids morton",
    });
    expect((await json(store, "3/shard_state/zarr.json")).attributes).toMatchObject({
      flag_values: [0, 1, 2, 3, 4],
      flag_meanings: "pending written partial empty failed",
    });
  });

  test("without codecs its arrays are those of 0.1.0: raw little-endian", async () => {
    await writeTemplate(store, { ...SPEC, codecs: "none" });
    expect((await json(store, "3/count/zarr.json")).codecs).toEqual([
      { name: "bytes", configuration: { endian: "little" } },
    ]);
    expect(await store.get("3/cell_ids/c/1")).toEqual(
      new Uint8Array(BigUint64Array.from({ length: 16 }, (_, i) => BigInt(80 + i)).buffer),
    );
  });

  test("cut short anywhere, it is finished by writing it again", async () => {
    const whole = memoryStore();
    await writeTemplate(whole, SPEC);
    const total = (await keys(whole)).length;
    for (let puts = 1; puts < total; puts++) {
      const cut = memoryStore();
      await expect(writeTemplate(failingAfter(cut, puts), SPEC)).rejects.toThrow("killed");
      try {
        expect(await (await openProduct(cut)).states(), `after ${puts} puts`).toBeUndefined();
      } catch (error) {
        expect(error).toMatchObject({ kind: "store", code: "unfinished-setup" });
      }
      await writeTemplate(cut, SPEC);
      expect(await keys(cut)).toEqual(await keys(whole));
    }
  });

  test("thousands of shards, of which it tells; timers and signals have their turn meanwhile", async () => {
    const shards = Array.from({ length: 3000 }, (_, k) => 40_000 + 2 * k);
    const spec = { ...SPEC, grid: { ...SPEC.grid, parentOrder: 6, childOrder: 9 }, shards };
    const told: [number, number][] = [];
    let atTimer = 0;
    setTimeout(() => {
      atTimer = told.length;
    }, 0);
    await writeTemplate(store, spec, (...progress) => told.push(progress));
    expect((await openProduct(store)).spec.shards).toEqual(shards);
    expect(told).toEqual(Array.from({ length: 6000 }, (_, i) => [i + 1, 6000]));
    expect(atTimer).toBeGreaterThan(0);
    expect(atTimer).toBeLessThan(6000);
  });
});

describe("shards", () => {
  beforeEach(() => writeTemplate(store, SPEC));

  test("come back as they were written, chunk by chunk and whole", async () => {
    const records = await writeShard(store, SPEC, 2, arrays(2));
    expect(records.map(({ key }) => key)).toEqual(["3/count/c/2", "3/h_mean/c/2"]);
    for (const { key, length, sha256 } of records) {
      expect((await store.get(key))?.length).toBe(length);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    const product = await openProduct(store);
    expect(await product.readChunk("h_mean", 2)).toEqual(arrays(2).get("h_mean"));
    expect(await product.readChunk("h_mean", 1)).toBeUndefined();
    const count = await product.readArray("count");
    expect(count.subarray(32, 48)).toEqual(arrays(2).get("count"));
    expect([...count.subarray(0, 32)]).toEqual(new Array(32).fill(0));
  });

  test("an empty shard has chunks, of fill values", async () => {
    await writeShard(store, SPEC, 0, undefined);
    const product = await openProduct(store);
    expect(await product.readChunk("count", 0)).toEqual(new Int32Array(16));
    expect(await product.readChunk("h_mean", 0)).toEqual(new Float32Array(16).fill(Number.NaN));
  });

  test("a failed shard has none, but keeps its coordinates", async () => {
    await writeShard(store, SPEC, 0, arrays(0));
    await removeShard(store, SPEC, 0);
    await removeShard(store, SPEC, 0);
    const product = await openProduct(store);
    expect(await product.readChunk("count", 0)).toBeUndefined();
    expect(await product.readChunk("cell_ids", 0)).toHaveLength(16);
  });

  test("arrays that do not fit are refused before anything is written", async () => {
    const before = await keys(store);
    const wrong: [Map<string, ChunkValues>, RegExp][] = [
      [new Map([["count", new Int32Array(16)]]), /lacks the variable h_mean/],
      [arrays(0).set("count", new Int32Array(15)), /15 values of int32/],
      [arrays(0).set("h_mean", new Float64Array(16)), /16 values of float64, its array takes 16 of float32/],
    ];
    for (const [values, message] of wrong)
      await expect(writeShard(store, SPEC, 0, values)).rejects.toThrow(message);
    expect(await keys(store)).toEqual(before);
  });

  test("a damaged chunk is an error that names it", async () => {
    await writeShard(store, SPEC, 0, arrays(0));
    await store.put("3/count/c/0", new Uint8Array(20));
    const product = await openProduct(store);
    await expect(product.readArray("count")).rejects.toMatchObject({
      code: "bad-chunk",
      data: { key: "3/count/c/0" },
    });
    await expect(product.readChunk("h_max", 0)).rejects.toThrow(/no array h_max; it has cell_ids, count/);
  });
});

test("a chunk that is gone though its shard was written is an error, not cells without data", async () => {
  await writeTemplate(store, SPEC);
  for (const k of [0, 1, 2]) await writeShard(store, SPEC, k, arrays(k));
  await writeState(store, SPEC, Uint8Array.of(1, 2, 3, 0), COUNTS);
  for (const k of [0, 1, 2]) {
    await store.delete([`3/count/c/${k}`]);
    const gone = { kind: "store", code: "missing-chunk", data: { key: `3/count/c/${k}` } };
    await expect((await openProduct(store)).readChunk("count", k)).rejects.toMatchObject(gone);
  }
  const product = await openProduct(store);
  await expect(product.readArray("count")).rejects.toMatchObject({ code: "missing-chunk" });
  expect(await product.readChunk("count", 3)).toBeUndefined();
});

describe("state", () => {
  test("is told by shard, by count and as a whole, in root and group", async () => {
    await writeTemplate(store, SPEC);
    await writeState(store, SPEC, Uint8Array.of(1, 3, 4, 0), COUNTS);
    let product = await openProduct(store);
    expect(await product.states()).toEqual(Uint8Array.of(1, 3, 4, 0));
    expect(product.status).toEqual({
      complete: false,
      shards: { pending: 1, written: 1, partial: 0, empty: 1, failed: 1 },
      counts: COUNTS,
    });
    await writeState(store, SPEC, Uint8Array.of(1, 3, 2, 1), COUNTS);
    expect((await openProduct(store)).status?.complete).toBe(false);
    await writeState(store, SPEC, Uint8Array.of(1, 3, 1, 1), COUNTS);
    product = await openProduct(store);
    expect(product.status?.complete).toBe(true);
    expect(product.spec).toEqual(SPEC);
    expect((await json(store, "3/zarr.json")).attributes.zagg.complete).toBe(true);
  });

  test("states must be one per shard, and known", async () => {
    await writeTemplate(store, SPEC);
    await expect(writeState(store, SPEC, Uint8Array.of(1), COUNTS)).rejects.toThrow(/1 states for 4 shards/);
    await expect(writeState(store, SPEC, Uint8Array.of(1, 1, 1, 5), COUNTS)).rejects.toThrow(
      /5 is no shard state/,
    );
  });

  test("the store holds no time: two of the same spec are equal to the byte", async () => {
    const other = memoryStore();
    for (const target of [store, other]) {
      await writeTemplate(target, SPEC);
      await writeShard(target, SPEC, 1, arrays(1));
      await writeState(target, SPEC, Uint8Array.of(0, 1, 0, 0), COUNTS);
    }
    expect(await keys(other)).toEqual(await keys(store));
    for (const key of await keys(store)) expect(await other.get(key), key).toEqual(await store.get(key));
  });
});

describe("deleting a product", () => {
  beforeEach(async () => {
    await writeTemplate(store, SPEC);
    await writeShard(store, SPEC, 1, arrays(1));
  });

  test("removes what its metadata names, and nothing else", async () => {
    await store.put("notes.txt", new Uint8Array(1));
    await store.put("3/count/c/99", new Uint8Array(1));
    expect(await deleteProduct(store)).toBe(true);
    expect(await keys(store)).toEqual(["3/count/c/99", "notes.txt"]);
  });

  test("metadata goes before chunks, and a deletion cut short goes on", async () => {
    const total = (await keys(store)).length;
    let deletions = 0;
    const cut: Store = {
      ...store,
      delete: async (some) => {
        if (deletions++ === 2) throw new Error("killed");
        await store.delete(some);
      },
    };
    await expect(deleteProduct(cut)).rejects.toThrow("killed");
    const left = await keys(store);
    expect(left.length).toBeLessThan(total);
    expect(left.filter((key) => key.endsWith("zarr.json"))).toEqual(["zarr.json"]);
    await expect(openProduct(store)).rejects.toMatchObject({ code: "no-product" });
    expect(await deleteProduct(store)).toBe(true);
    expect(await keys(store)).toEqual([]);
    expect(await deleteProduct(store)).toBe(false);
  });

  test("no chunk goes before the metadata is gone, however long that takes", async () => {
    let deleting = 0;
    const slow: Store = {
      ...store,
      delete: async (some) => {
        expect(deleting++).toBe(0);
        await sleep(1);
        await store.delete(some);
        deleting--;
      },
    };
    expect(await deleteProduct(slow)).toBe(true);
    expect(deleting).toBe(0);
    expect(await keys(store)).toEqual([]);
  });

  test("refuses what zagg did not make", async () => {
    const foreign = memoryStore();
    await foreign.put("precious.txt", new Uint8Array(1));
    await expect(deleteProduct(foreign)).rejects.toThrow(/holds precious.txt, but no product/);
    const group = await json(store, "zarr.json");
    group.consolidated_metadata.metadata["3"].attributes.zagg = { version: "0.49.0" };
    await foreign.put("zarr.json", new TextEncoder().encode(JSON.stringify(group)));
    await expect(deleteProduct(foreign)).rejects.toMatchObject({ kind: "store", code: "not-ours" });
    expect(await keys(foreign)).toEqual(["precious.txt", "zarr.json"]);
  });

  test("refuses the group of a product, and leaves it as it is", async () => {
    const below = memoryStore();
    for (const key of (await keys(store)).filter((each) => each.startsWith("3/"))) {
      await below.put(key.slice(2), (await store.get(key)) as Uint8Array);
    }
    const [document, before] = [await below.get("zarr.json"), await keys(below)];
    expect(await isOurs(below)).toBe(false);
    await expect(deleteProduct(below)).rejects.toThrow(/is a group of cells, not the store of a product/);
    expect(await keys(below)).toEqual(before);
    expect(await below.get("zarr.json")).toEqual(document);
  });

  test.each(["s3://bucket", "s3://bucket/"])("refuses the whole bucket %s", async (url) => {
    await expect(deleteProduct({ ...store, url })).rejects.toThrow(/whole bucket/);
  });
});

test("of sibling groups the one with the finest cells is opened, whatever their order in the metadata", async () => {
  const store = memoryStore();
  await writeTemplate(store, SPEC);
  const root = JSON.parse(new TextDecoder().decode(await store.get("zarr.json")));
  const { metadata } = root.consolidated_metadata;
  const coarser = structuredClone(metadata["3"]);
  coarser.attributes.dggs.refinement_level = 2;
  root.consolidated_metadata.metadata = { "2": coarser, ...metadata };
  await store.put("zarr.json", new TextEncoder().encode(JSON.stringify(root)));
  expect((await openProduct(store)).spec.grid.childOrder).toBe(3);
});
