import { memoryStore, type ReadableStore, StorageError, type Store } from "@zagg/storage";
import {
  arrayDocument,
  codecsFor,
  consolidate,
  type DataType,
  type Document,
  documentKey,
  encodeDocument,
  groupDocument,
} from "@zagg/zarr";
import { beforeEach, describe, expect, test } from "vitest";
import { deleteProduct } from "./delete.js";
import { openProduct } from "./read.js";
import { shardIndex } from "./spec.js";

const ELLIPSOID = { name: "WGS84", semimajor_axis: 6378137.0, inverse_flattening: 298.257223563 };
const DGGS = {
  name: "healpix",
  refinement_level: 3,
  spatial_dimension: "cells",
  ellipsoid: ELLIPSOID,
  coordinate: "cell_ids",
};

function array(dataType: DataType, fillValue: number | "NaN"): Document {
  return arrayDocument({
    shape: [48],
    chunkShape: [16],
    dataType,
    fillValue,
    codecs: codecsFor(dataType, "none"),
    dimensionNames: ["cells"],
  });
}

/** As 0.1.0 leaves a store: shards in its catalog's order, the second without data and so without chunks. */
async function legacyStore(finalized: boolean): Promise<Store> {
  const store = memoryStore();
  const documents = new Map<string, Document>([
    ["", groupDocument()],
    ["3", groupDocument({ dggs: DGGS })],
    ["3/cell_ids", array("uint64", 0)],
    ["3/count", array("int32", 0)],
    ["3/h_mean", array("float32", "NaN")],
  ]);
  const written = finalized ? consolidate(documents).set("3", documents.get("3") as Document) : documents;
  for (const [path, document] of written) await store.put(documentKey(path), encodeDocument(document));
  for (const [k, shard] of [
    [0, 33],
    [2, 5],
  ] as const) {
    const ids = BigUint64Array.from({ length: 16 }, (_, i) => BigInt(16 * shard + i));
    await store.put(`3/cell_ids/c/${k}`, new Uint8Array(ids.buffer));
    await store.put(`3/count/c/${k}`, new Uint8Array(new Int32Array(16).fill(k + 1).buffer));
  }
  return store;
}

/** What lies below a path of a store, as a store. */
function storeBelow(store: Store, path: string): ReadableStore {
  const at = (key: string) => `${path}/${key}`;
  return {
    url: `${store.url}/${path}`,
    get: (key) => store.get(at(key)),
    getRange: (key, offset, length) => store.getRange(at(key), offset, length),
    getPart: (key, part, options) => store.getPart(at(key), part, options),
    async *list(prefix) {
      for await (const object of store.list(at(prefix)))
        yield { ...object, key: object.key.slice(path.length + 1) };
    },
  };
}

describe.each([
  ["finalized", true],
  ["never finalized", false],
])("a store of 0.1.0, %s", (_, finalized) => {
  let store: Store;
  beforeEach(async () => {
    store = await legacyStore(finalized);
  });

  test("opens: geodetic whatever it declares, shards in its own order", async () => {
    const product = await openProduct(store);
    expect(product.spec).toMatchObject({
      grid: { parentOrder: 1, childOrder: 3, latitude: "geodetic" },
      shards: [33, -1, 5],
      codecs: "none",
      coordinates: { cell_ids: { dtype: "uint64" } },
      variables: { count: { dtype: "int32", fillValue: 0 }, h_mean: { dtype: "float32", fillValue: "NaN" } },
    });
    expect(shardIndex(product.spec, 5)).toBe(2);
    expect(product.status).toBeUndefined();
    expect(await product.states()).toBeUndefined();
  });

  test("reads, absent chunks as fill values", async () => {
    const product = await openProduct(store);
    const count = await product.readArray("count");
    expect([count[0], count[16], count[32]]).toEqual([1, 0, 3]);
    expect((await product.readArray("h_mean")).every((value) => Number.isNaN(value))).toBe(true);
    expect(await product.readChunk("count", 1)).toBeUndefined();
  });

  test("opens by its group, too", async () => {
    const below = await openProduct(storeBelow(store, "3"));
    const { spec } = await openProduct(store);
    expect(below).toMatchObject({ path: "", spec });
    expect(await below.readArray("count")).toEqual(await (await openProduct(store)).readArray("count"));
  });

  test("is not ours to delete", async () => {
    await expect(deleteProduct(store)).rejects.toMatchObject({ code: "not-ours" });
    expect(await store.get("zarr.json")).toBeDefined();
  });
});

test("another DGGS does not open", async () => {
  const store = await legacyStore(true);
  const root = JSON.parse(new TextDecoder().decode(await store.get("zarr.json")));
  root.consolidated_metadata.metadata["3/cell_ids"].codecs = codecsFor("uint64", "gzip");
  await store.put("zarr.json", new TextEncoder().encode(JSON.stringify(root)));
  await expect(openProduct(store)).rejects.toThrow(/neither of this version nor of 0.1.0/);
});

test("opens where it may not be listed and is asked for what is not there, as on S3", async () => {
  const store = await legacyStore(true);
  const denied = async (key: string) => {
    throw new StorageError("denied", key, "GET answered 403");
  };
  const forbidding: ReadableStore = {
    ...store,
    get: async (key) => (await store.get(key)) ?? denied(key),
    getRange: async (key, ...range) => (await store.getRange(key, ...range)) ?? denied(key),
  };
  const product = await openProduct(forbidding);
  expect(product.spec.shards).toEqual([33, -1, 5]);
  expect(await product.readChunk("count", 1)).toBeUndefined();
  await store.delete(["zarr.json"]);
  await expect(openProduct(forbidding)).rejects.toMatchObject({ code: "denied" });
});

test("what is no product does not open", async () => {
  const store = memoryStore();
  await expect(openProduct(store)).rejects.toMatchObject({ kind: "store", code: "no-store" });
  await store.put("zarr.json", encodeDocument(groupDocument()));
  await expect(openProduct(store)).rejects.toThrow(/no group there declares a DGGS/);
  await store.put("zarr.json", new TextEncoder().encode("<html>"));
  await expect(openProduct(store)).rejects.toMatchObject({
    code: "bad-metadata",
    data: { key: "zarr.json" },
  });
});
