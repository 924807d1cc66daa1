import { gzipSync } from "node:zlib";

/** A store by its objects. */
export type StoreObjects = Map<string, Uint8Array>;

/** One way in which a store is not what it should be: what it does to the objects of a good one of ours. */
export interface HostileStore {
  readonly name: string;
  change(objects: StoreObjects): void;
}

type Json = Record<string, unknown>;

const utf8 = (text: string) => new TextEncoder().encode(text);
const parsed = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes)) as Json;
const record = (value: unknown) => value as Json;

/** What a terminal would obey, and what a page would run. */
export const ESCAPES = "\u001b]0;owned\u0007\u001b[31m\u009b31m<img src=x onerror=alert(1)>";
/** A gigabyte of zeros in a megabyte. */
const bomb = () => gzipSync(new Uint8Array(2 ** 30), { level: 1 });
let packed: Uint8Array | undefined;

/** Edits a node's document wherever it lies: by itself, and in the blocks of root and group. */
function edit(objects: StoreObjects, path: string, change: (document: Json) => void): void {
  for (const [key, bytes] of objects) {
    if (!key.endsWith("zarr.json")) continue;
    const above = key.slice(0, -"zarr.json".length);
    const document = parsed(bytes);
    const block = record(record(document.consolidated_metadata ?? {}).metadata ?? {});
    const inBlock = path.startsWith(above) ? block[path.slice(above.length)] : undefined;
    if (`${path}/` === above) change(document);
    else if (inBlock !== undefined) change(record(inBlock));
    else continue;
    objects.set(key, utf8(JSON.stringify(document)));
  }
}

/** Edits the root's consolidated block alone. */
function editBlock(objects: StoreObjects, change: (block: Json) => unknown): void {
  const root = parsed(objects.get("zarr.json"));
  const consolidated = record(root.consolidated_metadata);
  const replaced = change(record(consolidated.metadata));
  if (replaced !== undefined) consolidated.metadata = replaced;
  objects.set("zarr.json", utf8(JSON.stringify(root)));
}

/** What makes stores hostile, for a good store whose group is `group` with the variables `count` and `h_mean`. */
export function hostileStores(group: string): readonly HostileStore[] {
  const array = (name: string, change: (document: Json) => void) => (objects: StoreObjects) =>
    edit(objects, `${group}/${name}`, change);
  const shape = (name: string, value: unknown) =>
    array(name, (document) => Object.assign(document, { shape: value }));
  const chunks = (value: unknown) => (objects: StoreObjects) => {
    for (const name of ["cell_ids", "morton", "count", "h_mean"]) {
      edit(objects, `${group}/${name}`, (document) => {
        document.chunk_grid = { name: "regular", configuration: { chunk_shape: value } };
      });
    }
  };
  const attributes = (change: (attributes: Json) => void) => (objects: StoreObjects) =>
    edit(objects, group, (document) => change(record(document.attributes)));
  const dggs = (value: Json) => attributes((all) => Object.assign(record(all.dggs), value));
  const grid = (value: Json) => attributes((all) => Object.assign(record(record(all.zagg).grid), value));
  const put = (key: string, bytes: () => Uint8Array) => (objects: StoreObjects) =>
    void objects.set(key, bytes());
  const root = (text: string) => put("zarr.json", () => utf8(text));
  const ids = (...values: bigint[]) => gzipSync(new Uint8Array(BigUint64Array.from(values).buffer));
  const huge = () => (packed ??= bomb());
  /** All that makes it ours goes, so that it is read as a store of 0.1.0. */
  const legacy = (objects: StoreObjects) => {
    attributes((all) => {
      delete all.zagg;
    })(objects);
    for (const name of ["cell_ids", "count", "h_mean"]) {
      array(name, (document) => {
        document.codecs = [{ name: "bytes", configuration: { endian: "little" } }];
      })(objects);
    }
  };
  const all: Readonly<Record<string, (objects: StoreObjects) => void>> = {
    "an order of 99": dggs({ refinement_level: 99 }),
    "an order of 29": dggs({ refinement_level: 29 }),
    "an order of 1e9": dggs({ refinement_level: 1e9 }),
    "an order below 0": dggs({ refinement_level: -1 }),
    "half an order": dggs({ refinement_level: 2.5 }),
    "an order in words": dggs({ refinement_level: "3" }),
    "no order": dggs({ refinement_level: null }),
    "a dggs of null": attributes((each) => Object.assign(each, { dggs: null })),
    "a dggs of text": attributes((each) => Object.assign(each, { dggs: ESCAPES })),
    "a dggs of a list": attributes((each) => Object.assign(each, { dggs: [] })),
    rings: dggs({ indexing_scheme: "ring" }),
    hexagons: dggs({ name: "h3" }),
    "ranges of cells": dggs({ compression: "ranges" }),
    "a parent order below 0": grid({ parent_order: -5 }),
    "a parent order of null": grid({ parent_order: null }),
    "a parent order of 1e9": grid({ parent_order: 1e9 }),
    "a child order of 29": grid({ child_order: 29 }),
    "a child order of 1e9": grid({ child_order: 1e9 }),
    "a child order of an object": grid({ child_order: { toString: "x" } }),
    "a latitude of its own": grid({ latitude: "spherical" }),
    "shards of null": attributes((each) => Object.assign(record(each.zagg), { shards: null })),
    "shards in words": attributes((each) =>
      Object.assign(record(each.zagg), { shards: { written: ESCAPES } }),
    ),
    "counts of text": attributes((each) => Object.assign(record(each.zagg), { counts: ESCAPES })),
    "rules of pixels that are none": attributes((each) => Object.assign(record(each.zagg), { raster: null })),
    "1e15 cells": shape("cell_ids", [1e15]),
    "1e15 values": shape("h_mean", [1e15]),
    "cells without a shape": shape("cell_ids", []),
    "cells below 0": shape("cell_ids", [-64]),
    "a shape in words": shape("cell_ids", ["64"]),
    "no cells": shape("cell_ids", [0]),
    "half a shard": shape("cell_ids", [56]),
    "two dimensions": array("h_mean", (document) => {
      document.shape = [64, 64];
      document.chunk_grid = { name: "regular", configuration: { chunk_shape: [16, 64] } };
    }),
    "1e15 shards": shape("shard_ids", [1e15]),
    "chunks of one cell": chunks([1]),
    "chunks of 2^50 cells": chunks([2 ** 50]),
    "chunks of nothing": chunks([0]),
    "chunks of 48 cells": chunks([48]),
    "chunks without a shape": chunks(null),
    "ids in floats": array("cell_ids", (document) => Object.assign(document, { data_type: "float64" })),
    "complex numbers": array("h_mean", (document) => Object.assign(document, { data_type: "complex128" })),
    "a data type of null": array("h_mean", (document) => Object.assign(document, { data_type: null })),
    "states in floats": array("shard_state", (document) => Object.assign(document, { data_type: "float64" })),
    "a codec of null": array("count", (document) => Object.assign(document, { codecs: [null] })),
    "codecs of text": array("count", (document) => Object.assign(document, { codecs: ESCAPES })),
    zstd: array("count", (document) => Object.assign(document, { codecs: [{ name: "zstd" }] })),
    "ten thousand codecs": array("count", (document) => {
      document.codecs = Array.from({ length: 10_000 }, () => ({ name: "gzip", configuration: { level: 5 } }));
    }),
    "big-endian values": array("count", (document) => {
      document.codecs = [{ name: "bytes", configuration: { endian: "big" } }];
    }),
    "a fill of text": array("h_mean", (document) => Object.assign(document, { fill_value: ESCAPES })),
    "a fill of null": array("h_mean", (document) => Object.assign(document, { fill_value: null })),
    "a fill that does not fit": array("count", (document) => Object.assign(document, { fill_value: 1e300 })),
    "a fill of an object": array("count", (document) => Object.assign(document, { fill_value: {} })),
    "dimensions in numbers": array("h_mean", (document) => Object.assign(document, { dimension_names: 3 })),
    "dimensions of text": array("h_mean", (document) =>
      Object.assign(document, { dimension_names: "cells" }),
    ),
    ...Object.fromEntries(
      ["__proto__", "../../etc/passwd", ESCAPES, "=cmd|' calc'!A0", "a".repeat(5000)].map((name) => [
        `an array called ${JSON.stringify(name.slice(0, 20))}`,
        (objects: StoreObjects) =>
          editBlock(objects, (block) =>
            Object.fromEntries([...Object.entries(block), [`${group}/${name}`, block[`${group}/h_mean`]]]),
          ),
      ]),
    ),
    ...Object.fromEntries(
      ["../../etc", "__proto__", ESCAPES, `${group}/../${group}`].map((name) => [
        `a group called ${JSON.stringify(name.slice(0, 20))}`,
        (objects: StoreObjects) =>
          editBlock(objects, (block) =>
            Object.fromEntries(
              Object.entries(block).map(([path, document]) => [path.replace(/^\d+/, () => name), document]),
            ),
          ),
      ]),
    ),
    "a name of 5 MB": array("h_mean", (document) => {
      document.attributes = { long_name: "long ".repeat(1e6), units: "m".repeat(1e5) };
    }),
    "names and units that are none": array("h_mean", (document) => {
      document.attributes = { long_name: { toString: 1 }, units: [ESCAPES] };
    }),
    "names and a title that a terminal obeys": (objects) => {
      array("h_mean", (document) => {
        document.attributes = { long_name: ESCAPES, units: ESCAPES };
      })(objects);
      attributes((each) => Object.assign(each, { title: ESCAPES }))(objects);
    },
    "attributes of text": array("h_mean", (document) => Object.assign(document, { attributes: ESCAPES })),
    "metadata that is no JSON": root("<html>"),
    "metadata of null": root("null"),
    "metadata of nothing": root(""),
    "metadata of an array": root("[]"),
    "metadata in 100,000 brackets": root("[".repeat(1e5)),
    "metadata in UTF-16": put("zarr.json", () => new Uint8Array(Buffer.from("{}", "utf16le"))),
    "metadata of 20 MB": root(`{}${" ".repeat(2e7)}`),
    "metadata of Zarr v2": root('{"zarr_format":2,"node_type":"group"}'),
    "a node of no type": root('{"zarr_format":3,"node_type":"x"}'),
    "a block of null": (objects) => editBlock(objects, () => null),
    "a block of text": (objects) => editBlock(objects, () => ESCAPES),
    "a block of nulls": (objects) => editBlock(objects, () => ({ [group]: null })),
    "30,000 groups of cells": (objects) =>
      editBlock(objects, (block) => {
        const more = Array.from({ length: 30_000 }, (_, i) => [`g${i}`, block[group]]);
        return Object.fromEntries([...more, ...Object.entries(block)]);
      }),
    "10,000 variables": (objects) =>
      editBlock(objects, (block) => {
        const more = Array.from({ length: 10_000 }, (_, i) => [`${group}/v${i}`, block[`${group}/h_mean`]]);
        return Object.fromEntries([...Object.entries(block), ...more]);
      }),
    "no list of shards": (objects) => void objects.delete(`${group}/shard_ids/c/0`),
    "shards that descend": put(`${group}/shard_ids/c/0`, () => ids(47n, 33n, 5n, 0n)),
    "shards beyond the Earth": put(`${group}/shard_ids/c/0`, () => ids(0n, 5n, 33n, 2n ** 64n - 1n)),
    "shards too few": put(`${group}/shard_ids/c/0`, () => ids(0n, 5n)),
    "a bomb of shards": put(`${group}/shard_ids/c/0`, huge),
    "a bomb of states": put(`${group}/shard_state/c/0`, huge),
    "states that are none": put(`${group}/shard_state/c/0`, () => gzipSync(Uint8Array.of(1, 9, 200, 255))),
    "states of no shard": put(`${group}/shard_state/c/0`, () => gzipSync(new Uint8Array(0))),
    "a bomb of values": put(`${group}/h_mean/c/0`, huge),
    "values cut off": put(`${group}/h_mean/c/0`, () => Uint8Array.of(0x1f, 0x8b)),
    "values of nothing": put(`${group}/h_mean/c/0`, () => new Uint8Array(0)),
    "50 MB of other values": put(`${group}/h_mean/c/0`, () => new Uint8Array(5e7)),
    "values that are gone": (objects) => void objects.delete(`${group}/h_mean/c/0`),
    "of 0.1.0, with ids beyond the Earth": (objects) => {
      legacy(objects);
      objects.set(`${group}/cell_ids/c/0`, new Uint8Array(128).fill(255));
    },
    "of 0.1.0, with a billion shards": (objects) => {
      legacy(objects);
      dggs({ refinement_level: 16 })(objects);
      for (const name of ["cell_ids", "count", "h_mean", "morton"]) shape(name, [16 * 1e9])(objects);
    },
  };
  return Object.entries(all).map(([name, change]) => ({ name, change }));
}
