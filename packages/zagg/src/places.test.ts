import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { type Catalog, type Config, loadCatalog, loadConfig, openStores } from "@zagg/core";
import { s3Store, standardCredentials } from "@zagg/storage";
import { type HttpServer, type S3Emulator, startHttpServer, startS3Emulator } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { agg } from "./agg.js";
import { makeSample } from "./sample/index.js";

const KEYS = { accessKeyId: "AKIAPLACES", secretAccessKey: "places-secret" };

let folder: string;
let s3: S3Emulator;
let http: HttpServer;
let config: Config;
let catalog: Catalog;
let local: Map<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-places-"));
  const sample = await makeSample(folder, { granules: 8 });
  config = await loadConfig(sample.config);
  catalog = await loadCatalog(sample.catalog);
  s3 = await startS3Emulator({ principals: [KEYS] });
  http = await startHttpServer();
  vi.stubEnv("AWS_ENDPOINT_URL_S3", s3.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", KEYS.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", KEYS.secretAccessKey);
  for (const bucket of ["granules", "products"]) s3.addBucket(bucket);
  const bucket = s3Store("s3://granules/atl06", { credentials: standardCredentials });
  for (const path of sample.granules) {
    const bytes = new Uint8Array(await readFile(path));
    http.objects.set(`/${basename(path)}`, bytes);
    await bucket.put(basename(path), bytes);
  }
  const store = join(folder, "file.zarr");
  await agg(config, { catalog, store, maxWorkers: 2 });
  local = await filesOf(store);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([s3?.close(), http?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** Contents by key. */
async function filesOf(root: string): Promise<Map<string, string>> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const entries = paths.map(async (path): Promise<[string, string]> => {
    return [relative(root, path).split(sep).join("/"), (await readFile(path)).toString("base64")];
  });
  return new Map((await Promise.all(entries)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function elsewhere(place: (id: string) => { s3: string } | { https: string }): Catalog {
  return {
    ...catalog,
    granules: catalog.granules.map(({ id, size }) => ({ id, ...(size && { size }), ...place(id) })),
  };
}

describe("the same granules in other places give the same store", () => {
  test("over https, whole objects never fetched, and from the cache the second time", async () => {
    const away = elsewhere((id) => ({ https: `${http.url}/${id}` }));
    const cacheDir = join(folder, "cache");
    for (const store of [join(folder, "https.zarr"), join(folder, "cached.zarr")]) {
      http.requests.length = 0;
      const summary = await agg(config, { catalog: away, store, driver: "https", cacheDir, maxWorkers: 2 });
      expect(summary).toMatchObject({ failed: 0, pending: 0 });
      expect(await filesOf(store)).toEqual(local);
    }
    // The second run asks each granule for its version, and fetches nothing.
    expect(http.requests.filter((request) => !request.endsWith("bytes=0-0"))).toEqual([]);
  });

  test("over S3, and to S3", async () => {
    const away = elsewhere((id) => ({ s3: `s3://granules/atl06/${id}` }));
    const store = "s3://products/antarctica.zarr";
    const summary = await agg(config, { catalog: away, store, driver: "s3", maxWorkers: 2 });
    expect(summary).toMatchObject({ failed: 0, pending: 0 });
    expect(summary.requests).toBeGreaterThan(0);

    const objects = new Map<string, string>();
    const { product } = openStores(store);
    for await (const { key } of product.list("")) {
      objects.set(key, Buffer.from((await product.get(key)) as Uint8Array).toString("base64"));
    }
    expect(objects).toEqual(local);
    await expect(agg(config, { catalog: away, store, driver: "s3" })).resolves.toMatchObject({
      skipped: summary.total_shards,
    });
  });

  test("a driver for which the catalog has no place fails the shards, and says so", async () => {
    const summary = await agg(config, {
      catalog,
      store: join(folder, "nowhere.zarr"),
      driver: "s3",
      maxWorkers: 1,
    });
    expect(summary.failed).toBe(summary.total_shards);
    expect(summary.failures[0]).toMatchObject({ kind: "missing", code: "no-location" });
    expect(summary.failures[0]?.message).toContain("only its file location");
  });
});
