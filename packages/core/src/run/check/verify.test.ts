import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleGranules } from "@zagg/testing";
import { beforeEach, expect, test } from "vitest";
import { catalogFromGranules } from "../../catalog/index.js";
import { ALONE, config, failing, newStores, planOf, run } from "../../testing/sample-run.js";
import type { ProductStores } from "../stores/open-store.js";
import { verifyProduct } from "./verify.js";

let stores: ProductStores;
beforeEach(async () => {
  stores = newStores();
  await run(planOf(), stores);
});

const encode = (text: string) => new TextEncoder().encode(text);
const group = async () => JSON.parse(new TextDecoder().decode(await stores.product.get("8/zarr.json")));

test("all is compared: documents and coordinates with the plan, chunks with their records", async () => {
  const ticks: [number, number][] = [];
  const found = await verifyProduct(stores, {
    sample: 3,
    onProgress: (done, total) => ticks.push([done, total]),
  });
  // The two groups, shard ids and states with their metadata, two coordinates and nine variables of five shards in a block.
  expect(found).toEqual({
    format: "zagg-verify/1",
    store: stores.product.url,
    ok: true,
    complete: true,
    documents: 2 + 4 + 2 * (1 + 1) + 9,
    chunks: 9 * 5,
    reproduced: 3,
    discrepancies: [],
  });
  expect(ticks).toEqual(ticks.map((_, i) => [i + 1, found.documents + 9 + 3]));
  expect((await verifyProduct(stores, { sample: 0 })).reproduced).toBe(0);
  // Four are written; the fifth is empty.
  expect((await verifyProduct(stores, { sample: 99 })).reproduced).toBe(4);
});

test("each difference is told by its key", async () => {
  stores = newStores();
  await run(planOf(undefined, ALONE), stores);
  const chunk = (await stores.product.get("8/count/c/1")) as Uint8Array;
  await stores.product.put(
    "8/count/c/1",
    chunk.map((byte) => byte ^ 1),
  );
  await stores.product.put("8/h_min/c/9", encode("x"));
  await stores.product.delete(["8/h_max/c/0"]);
  const { ok, discrepancies } = await verifyProduct(stores, { sample: 0 });
  expect(ok).toBe(false);
  expect(discrepancies.map(({ kind, what }) => [kind, what])).toEqual([
    ["differs", "8/count/c/1"],
    ["missing", "8/h_max/c/0"],
    ["unrecorded", "8/h_min/c/9"],
  ]);
});

test("metadata that departs from the convention", async () => {
  const { attributes, ...rest } = await group();
  const document = {
    ...rest,
    attributes: { ...attributes, dggs: { ...attributes.dggs, compression: "zip" } },
  };
  await stores.product.put("8/zarr.json", encode(JSON.stringify(document)));
  const { discrepancies } = await verifyProduct(stores, { sample: 0 });
  expect(discrepancies).toMatchObject([
    { kind: "differs", what: "8/zarr.json" },
    { kind: "convention", what: "8/zarr.json", message: expect.stringMatching(/compression/) },
  ]);
  await stores.product.put("8/zarr.json", encode("no JSON"));
  expect((await verifyProduct(stores, { sample: 0 })).discrepancies.map(({ kind }) => kind)).toEqual([
    "differs",
    "convention",
  ]);
});

test("a product of another version is compared with what that one would have written", async () => {
  for (const key of ["zarr.json", "8/zarr.json"]) {
    const text = new TextDecoder().decode(await stores.product.get(key));
    const older = text.replaceAll(/"version": "[^"]+"/g, '"version": "0.1.9"');
    expect(older).not.toBe(text);
    await stores.product.put(key, encode(older));
  }
  expect(await verifyProduct(stores, { sample: 0 })).toMatchObject({ ok: true, discrepancies: [] });
});

test("without a record there is nothing to check against", async () => {
  await expect(verifyProduct({ ...stores, run: newStores().run })).rejects.toMatchObject({
    kind: "config",
    code: "no-record",
  });
});

test("a product that is not complete is right as far as it goes", async () => {
  const part = newStores();
  await run(planOf(), part, { select: [1, 2] });
  expect(await verifyProduct(part)).toMatchObject({ ok: true, complete: false, chunks: 18 });
  const refused = newStores();
  await run(planOf(), refused, { select: [1], open: () => failing("network") });
  expect(await verifyProduct(refused)).toMatchObject({ ok: true, complete: false, chunks: 0, reproduced: 0 });
});

test("shards are computed again from their granules as they are now", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zagg-verify-"));
  const copies = join(folder, "granules");
  await mkdir(copies);
  const paths = sampleGranules.map(({ id }) => join(copies, id)) as [string, string, string, string];
  for (const [i, { path }] of sampleGranules.entries()) await copyFile(path, paths[i] as string);
  const product = newStores();
  await run(planOf(await catalogFromGranules(paths, config)), product);

  await copyFile(sampleGranules[2]?.path ?? "", paths[0]);
  const changed = await verifyProduct(product, { sample: 4 });
  expect(changed.reproduced).toBe(4);
  expect(changed.discrepancies).toMatchObject([
    {
      kind: "not-reproduced",
      what: "-3131123",
      message: expect.stringMatching(/9 chunks come out otherwise/),
    },
    { kind: "not-reproduced", what: "-3131141" },
    { kind: "not-reproduced", what: "-3131143" },
  ]);
  await rm(paths[0]);
  const gone = await verifyProduct(product, { sample: 1 });
  expect(gone.discrepancies).toMatchObject([
    {
      kind: "not-reproduced",
      what: "-3131123",
      message: expect.stringMatching(/02160210_006_01.h5.*no such file/i),
    },
  ]);
  await rm(folder, { recursive: true });
});
