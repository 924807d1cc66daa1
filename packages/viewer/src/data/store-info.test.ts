import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isStoreError } from "./store-error.js";
import { parseStoreInfo } from "./store-info.js";

const URL = "https://example.org/p.zarr/";

function array(more: object = {}): object {
  return {
    node_type: "array",
    shape: [8192],
    chunk_grid: { name: "regular", configuration: { chunk_shape: [4096] } },
    data_type: "float32",
    fill_value: "NaN",
    attributes: {},
    ...more,
  };
}

function root(more: Record<string, object> = {}, attributes: object = {}): object {
  const dggs = { name: "healpix", refinement_level: 12, indexing_scheme: "nested", compression: "none" };
  const metadata = {
    "12": { node_type: "group", attributes: { dggs, ...attributes } },
    "12/cell_ids": array({ data_type: "uint64", fill_value: 0 }),
    "12/h_mean": array({ attributes: { long_name: "mean height", units: "m" } }),
    ...more,
  };
  return { node_type: "group", consolidated_metadata: { metadata } };
}

const SHARD_IDS = array({
  shape: [2],
  chunk_grid: { configuration: { chunk_shape: [2] } },
  data_type: "uint64",
});

test("a store of ours: grid, variables with labels and fill values", () => {
  const zagg = { grid: { latitude: "authalic" } };
  const info = parseStoreInfo(
    root({ "12/count": array({ data_type: "int32", fill_value: 0 }), "12/shard_ids": SHARD_IDS }, { zagg }),
    URL,
  );
  expect(info).toMatchObject({
    group: "12",
    order: 12,
    parentOrder: 6,
    latitude: "authalic",
    shardCount: 2,
    hasShards: true,
  });
  expect(info.variables).toEqual([
    { name: "h_mean", label: "mean height", unit: "m", fill: Number.NaN },
    { name: "count", label: "count", unit: undefined, fill: 0 },
  ]);
});

test("a store of 0.1.0 is geodetic, whatever ellipsoid it declares", () => {
  expect(parseStoreInfo(root(), URL)).toMatchObject({ latitude: "geodetic", hasShards: false });
  // Later Python versions have an attribute of our name.
  const theirs = root({}, { zagg: { version: "0.9" } });
  expect(parseStoreInfo(theirs, URL)).toMatchObject({ latitude: "geodetic", hasShards: false });
});

test("arrays of another shape, type or name than a variable's are passed over", () => {
  const others = {
    "12/shard_state": array({ shape: [2], chunk_grid: { configuration: { chunk_shape: [2] } } }),
    "12/text": array({ data_type: "string" }),
    "12/../secret": array(),
    "12/a/b": array(),
    "13/h": array(),
  };
  expect(parseStoreInfo(root(others), URL).variables.map(({ name }) => name)).toEqual(["h_mean"]);
});

test.each([
  ["no metadata", {}, /no consolidated metadata/],
  ["no DGGS", { consolidated_metadata: { metadata: { a: { attributes: {} } } } }, /no group in it declares/],
  ["ring order", rootWith({ indexing_scheme: "ring" }), /another kind/],
  ["an order of 40", rootWith({ refinement_level: 40 }), /its order is 40/],
  ["a huge shape", root({ "12/cell_ids": array({ shape: [2 ** 40] }) }), /number of its cells/],
  [
    "chunks that are no shards",
    root({ "12/cell_ids": array({ chunk_grid: { configuration: { chunk_shape: [1000] } } }) }),
    /no shards/,
  ],
] as const)("%s is refused with a reason", (_, document, message) => {
  expect(() => parseStoreInfo(document, URL)).toThrow(message);
});

function rootWith(dggs: object): object {
  return root({}, { dggs: { name: "healpix", refinement_level: 12, indexing_scheme: "nested", ...dggs } });
}

test("any JSON at all gives a store's info or a StoreError", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      for (const document of [
        a,
        { consolidated_metadata: { metadata: { "12": { attributes: { dggs: a } }, "12/cell_ids": b } } },
      ]) {
        try {
          parseStoreInfo(document, URL);
        } catch (error) {
          expect(isStoreError(error)).toBe(true);
        }
      }
    }),
  );
});
