import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type Catalog,
  type Config,
  catalogFromGranules,
  defaultConfig,
  findGranules,
  openStores,
} from "@zagg/core";
import { mortonOf } from "@zagg/healpix";
import { openProduct, type Product } from "@zagg/product";
import { dataPath, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";

interface GoldenShard {
  readonly parent_morton: number;
  readonly cells_with_data: number;
  readonly total_obs: number;
}

/** Floats of 0.1.0 are computed in float32: tolerances relative to that. */
const RELATIVE: Readonly<Record<string, number>> = {
  h_mean: 2e-6,
  h_sigma: 2e-6,
  h_q25: 2e-6,
  h_q50: 2e-6,
  h_q75: 2e-6,
};
const EXACT = ["count", "h_min", "h_max", "cell_ids", "morton"];

function geodetic(): Config {
  const built = defaultConfig("atl06");
  return {
    ...built,
    output: { ...built.output, grid: { ...built.output.grid, parentOrder: 6, latitude: "geodetic" } },
  };
}

/** Rows of occupied cells of a golden CSV, as text by column. */
async function goldenRows(shard: number): Promise<Record<string, string>[]> {
  const text = gunzipSync(await readFile(dataPath("golden", `cell_${shard}.csv.gz`))).toString();
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const names = (header as string).split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}

async function fingerprint(root: string): Promise<string[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const digests = files
    .filter((file) => file.isFile())
    .map(async (file) => {
      const path = join(file.parentPath, file.name);
      return `${path.slice(root.length)} ${createHash("sha256")
        .update(await readFile(path))
        .digest("hex")}`;
    });
  return (await Promise.all(digests)).sort();
}

describe.skipIf(!sharedData.present)(`real ATL06 granules (${sharedData.reason})`, () => {
  let folder: string;
  let catalog: Catalog;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zagg-real-"));
    catalog = await catalogFromGranules(await findGranules(dataPath("atl06")), geodetic());
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("give what 0.1.0 computed, shard by shard and cell by cell", async () => {
    const store = join(folder, "golden.zarr");
    const summary = await agg(geodetic(), { catalog, store, maxWorkers: 2 });
    const golden: { cells: GoldenShard[] } = JSON.parse(
      await readFile(dataPath("golden", "summary.json"), "utf8"),
    );
    expect(summary.total_shards).toBe(golden.cells.length);
    expect(summary.points_kept).toBe(golden.cells.reduce((sum, shard) => sum + shard.total_obs, 0));

    const product = await openProduct(openStores(store).product);
    const states = (await product.states()) as Uint8Array;
    for (const shard of golden.cells) {
      const k = product.spec.shards.findIndex(
        (nested) => mortonOf(6, nested) === BigInt(shard.parent_morton),
      );
      expect(states[k], `state of ${shard.parent_morton}`).toBe(shard.cells_with_data > 0 ? 1 : 3);
      if (shard.cells_with_data > 0) await compareShard(product, k, await goldenRows(shard.parent_morton));
    }
  });

  test("give the same bytes with 1, 2 and 4 workers, and in whatever order they are listed", async () => {
    const shuffled: Catalog = {
      ...catalog,
      granules: catalog.granules.toReversed(),
      shards: catalog.shards.map((shard) => ({
        ...shard,
        granules: shard.granules.map((granule) => catalog.granules.length - 1 - granule),
      })),
    };
    const stores: string[][] = [];
    for (const [name, given, maxWorkers] of [
      ["one", catalog, 1],
      ["two", catalog, 2],
      ["four", catalog, 4],
      ["reversed", shuffled, 2],
    ] as const) {
      const store = join(folder, `${name}.zarr`);
      await agg(geodetic(), { catalog: given, store, maxWorkers });
      stores.push(await fingerprint(store));
    }
    expect(stores[0]?.length).toBeGreaterThan(2 * 11);
    for (const other of stores.slice(1)) expect(other).toEqual(stores[0]);
  });
});

async function compareShard(
  product: Product,
  k: number,
  rows: readonly Record<string, string>[],
): Promise<void> {
  const names = Object.keys(rows[0] as Record<string, string>);
  const chunks = new Map(
    await Promise.all(names.map(async (name) => [name, await product.readChunk(name, k)] as const)),
  );
  const ids = chunks.get("cell_ids") as BigUint64Array;
  const counts = chunks.get("count") as Int32Array;
  expect(counts.filter((count) => count > 0).length).toBe(rows.length);
  for (const row of rows) {
    const at = Number(BigInt(row.cell_ids as string) - (ids[0] as bigint));
    for (const name of names) {
      const ours = (chunks.get(name) as Float32Array)[at] as number | bigint;
      const theirs = row[name] as string;
      if (EXACT.includes(name))
        expect(String(typeof ours === "bigint" ? ours : Math.fround(ours)), name).toBe(
          String(typeof ours === "bigint" ? theirs : Math.fround(Number(theirs))),
        );
      else
        expect(closeTo(Number(ours), Number(theirs), name), `${name}: ${ours}, 0.1.0 has ${theirs}`).toBe(
          true,
        );
    }
  }
}

function closeTo(ours: number, theirs: number, name: string): boolean {
  const difference = Math.abs(ours - theirs);
  const relative = difference / Math.abs(theirs);
  // The variance of 0.1.0 loses most digits to float32.
  return name === "h_variance"
    ? relative <= 1e-3 || difference <= 1e-3
    : relative <= (RELATIVE[name] as number);
}
