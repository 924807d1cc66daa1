import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cellsPerShard } from "@zagg/healpix";
import { localStore } from "@zagg/storage";
import { dataPath, runNextOracle, runOracle, sharedData, startHttpServer } from "@zagg/testing";
import type { ChunkValues } from "@zagg/zarr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as zarrita from "zarrita";
import { writeBlock } from "./block.js";
import { blocksOf } from "./layout.js";
import { openProduct } from "./read.js";
import { packShard } from "./shard.js";
import { type ArraySpec, orderGroup, type ProductSpec } from "./spec.js";
import { writeState, writeTemplate } from "./write.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-oracle-"));
});
afterAll(() => rm(folder, { recursive: true }));

const CENTRE: ArraySpec = { dtype: "float64", fillValue: "NaN", attrs: {} };

function specOf(
  grid: ProductSpec["grid"],
  codecs: ProductSpec["codecs"],
  shards: readonly number[],
  shardsPerObject = 1,
): ProductSpec {
  const morton = { dtype: "int64", fillValue: 0, attrs: { long_name: "decimal morton id" } } as const;
  return {
    grid,
    shards,
    shardsPerObject,
    codecs,
    coordinates: {
      cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
      ...(grid.childOrder <= 18 && { morton }),
      latitude: { ...CENTRE, attrs: { units: "degrees_north" } },
      longitude: { ...CENTRE, attrs: { units: "degrees_east" } },
    },
    variables: {
      count: { dtype: "int32", fillValue: 0, attrs: { long_name: "number of points", units: "1" } },
      h_mean: { dtype: "float32", fillValue: "NaN", attrs: { units: "m", cell_methods: "area: mean" } },
      h_min: { dtype: "float64", fillValue: -9999, attrs: { units: "m" } },
      flag: { dtype: "uint8", fillValue: 255, attrs: {} },
      offset: { dtype: "int64", fillValue: -1, attrs: {} },
    },
    provenance: { version: "0.2.0", identity: "abc", granules: 7 },
    groupAttrs: { title: "Land ice height", Conventions: "CF-1.11" },
  };
}

/** Pole, antimeridian, equator, both signs of morton; on both sides of every kind of base cell. */
const SHARDS = [0, 1365, 4095, 9926, 16384, 19456, 23210, 30000, 33000, 40968, 41225, 49151];

describe.skipIf(!sharedData.present)(`stores as their readers see them (${sharedData.reason})`, () => {
  test.each<[string, ProductSpec["grid"], ProductSpec["codecs"], number[], number]>([
    ["authalic", { parentOrder: 6, childOrder: 12, latitude: "authalic" }, "gzip", SHARDS, 1],
    ["geodetic", { parentOrder: 6, childOrder: 12, latitude: "geodetic" }, "gzip", SHARDS, 1],
    ["raw", { parentOrder: 6, childOrder: 9, latitude: "authalic" }, "none", SHARDS, 1],
    // Of twelve shards: a last block of two, of four with none missing, and one that is never full.
    ["blocks of 5", { parentOrder: 6, childOrder: 12, latitude: "authalic" }, "gzip", SHARDS, 5],
    ["raw blocks of 4", { parentOrder: 6, childOrder: 9, latitude: "authalic" }, "none", SHARDS, 4],
    ["blocks of 64", { parentOrder: 6, childOrder: 10, latitude: "geodetic" }, "gzip", SHARDS, 64],
    [
      "a block of two shards",
      { parentOrder: 6, childOrder: 8, latitude: "authalic" },
      "none",
      [41225, 41226],
      8,
    ],
    [
      "a single cell per shard",
      { parentOrder: 8, childOrder: 8, latitude: "geodetic" },
      "gzip",
      [3, 700_000],
      1,
    ],
    ["order 29", { parentOrder: 24, childOrder: 29, latitude: "authalic" }, "gzip", [5, 12 * 4 ** 24 - 1], 1],
  ])("%s: zarr-python, xarray and xdggs", async (name, grid, codecs, shards, shardsPerObject) => {
    const path = join(folder, name.replaceAll(" ", "-"));
    const store = localStore(path);
    const spec = specOf(grid, codecs, shards, shardsPerObject);
    await writeTemplate(store, spec);
    const cells = cellsPerShard(grid);
    const written = packShard(
      spec,
      0,
      new Map<string, ChunkValues>([
        ["count", Int32Array.from({ length: cells }, (_, i) => i)],
        ["h_mean", Float32Array.from({ length: cells }, (_, i) => (i % 3 === 0 ? Number.NaN : -i / 7))],
        ["h_min", Float64Array.from({ length: cells }, (_, i) => i / 3)],
        ["flag", Uint8Array.from({ length: cells }, (_, i) => i % 256)],
        ["offset", BigInt64Array.from({ length: cells }, (_, i) => -(2n ** 62n) + BigInt(i))],
      ]),
    );
    const empty = packShard(spec, 0, undefined);
    // The first shard is written, the second empty, the last written again; the rest is pending.
    const states = new Uint8Array(shards.length);
    states.set([1, 3]);
    if (shards.length > 2) states[shards.length - 1] = 1;
    for (const [block, members] of blocksOf(spec).entries()) {
      for (const variable of Object.keys(spec.variables)) {
        const chunks = members.map((k) =>
          [undefined, written, undefined, empty][states[k] ?? 0]?.get(variable),
        );
        if (chunks.some(Boolean)) await writeBlock(store, spec, variable, block, chunks);
      }
    }
    await writeState(store, spec, states, { points: 5 });

    const seen = await runOracle("open_store.py", path, dataPath("zarr", "dggs-convention-v1.schema.json"));
    const product = await openProduct(store);
    const ours: Record<string, string> = {};
    for (const array of product.arrays.keys()) {
      const { buffer, byteOffset, byteLength } = await product.readArray(array);
      ours[array] = sha256(new Uint8Array(buffer, byteOffset, byteLength));
    }
    expect(seen).toEqual({ sha256: ours });
    expect(await byZarrita(path, spec, [...product.arrays.keys()])).toEqual(ours);
    const seenNext = runNextOracle?.(
      "open_store.py",
      path,
      dataPath("zarr", "dggs-convention-v1.schema.json"),
    );
    if (seenNext) expect(await seenNext).toEqual({ sha256: ours });
  });

  test.runIf(process.env.ZAGG_REQUIRE_DATA === "1")("the next xdggs is asked too", () => {
    expect(runNextOracle).toBeDefined();
  });

  const ellipsoid = { name: "WGS84", semimajor_axis: 6378137, inverse_flattening: 298.257223563 };
  test.each<[string, (spec: Tampered) => void]>([
    ["an ellipsoid on a product of the sphere", ({ cellIds }) => Object.assign(cellIds, { ellipsoid })],
    ["a long_name on cell_ids", ({ cellIds }) => Object.assign(cellIds, { long_name: "cell" })],
    ["a key of ours in dggs", ({ dggs }) => Object.assign(dggs, { latitude: "geodetic" })],
  ])("%s would be noticed", async (name, tamper) => {
    const path = join(folder, name.replaceAll(" ", "-"));
    const store = localStore(path);
    await writeTemplate(
      store,
      specOf({ parentOrder: 6, childOrder: 8, latitude: "geodetic" }, "gzip", [7, 8]),
    );
    for (const key of ["zarr.json", "8/zarr.json", "8/cell_ids/zarr.json"]) {
      const document = JSON.parse(new TextDecoder().decode(await store.get(key)));
      const below = document.consolidated_metadata?.metadata ?? {};
      const group = key === "8/zarr.json" ? document : below["8"];
      const array = key === "8/cell_ids/zarr.json" ? document : (below.cell_ids ?? below["8/cell_ids"]);
      tamper({ cellIds: array.attributes, dggs: group?.attributes.dggs ?? {} });
      await store.put(key, new TextEncoder().encode(JSON.stringify(document)));
    }
    await expect(runOracle("open_store.py", path)).rejects.toThrow(/AssertionError|TypeError/);
  });
});

/** sha256 of the values of each array, as zarrita reads them over http: of blocks, by ranges. */
async function byZarrita(
  root: string,
  { grid }: ProductSpec,
  names: readonly string[],
): Promise<Record<string, string>> {
  const server = await startHttpServer({ root });
  try {
    const group = zarrita.root(new zarrita.FetchStore(server.url)).resolve(orderGroup(grid));
    const found: Record<string, string> = {};
    for (const name of names) {
      const { data } = await zarrita.get(await zarrita.open(group.resolve(name), { kind: "array" }));
      const { buffer, byteOffset, byteLength } = data as ChunkValues;
      found[name] = sha256(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return found;
  } finally {
    await server.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

interface Tampered {
  readonly cellIds: object;
  readonly dggs: object;
}
