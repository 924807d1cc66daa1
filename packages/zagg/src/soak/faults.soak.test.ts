import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStores, verifyProduct } from "@zagg/core";
import { s3Store } from "@zagg/storage";
import {
  type Fault,
  type FaultProxy,
  runZagg,
  type S3Emulator,
  seededRandom,
  startFaultProxy,
  startS3Emulator,
  startZagg,
  storeDigests,
} from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const FULL = process.env.ZAGG_SOAK === "1";
const GRANULES = FULL ? 98 : 24;
const OUTAGE_MS = FULL ? 60_000 : 6_000;
const CREDENTIALS_LAST_MS = FULL ? 30_000 : 3_000;
/** Requests before the outage begins. */
const OUTAGE_AFTER = 500;

let folder: string;
let emulator: S3Emulator;
let proxy: FaultProxy;
/** Hands out credentials that expire soon, as a container's metadata service does. */
let credentials: { readonly url: string; readonly close: () => void; given: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-faults-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", String(GRANULES)], folder).status).toBe(0);
  emulator = await startS3Emulator({
    principals: [{ accessKeyId: "AKIATEST", secretAccessKey: "lasting" }],
  });
  const granules = emulator.addBucket("granules");
  emulator.addBucket("products");
  const source = s3Store("s3://granules/", {
    endpoint: emulator.url,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "lasting" }),
  });
  for (const name of await readdir(join(folder, "sample/granules"))) {
    await source.put(name, await readFile(join(folder, "sample/granules", name)));
  }
  expect(granules.objects.size).toBe(GRANULES);
  const catalog = JSON.parse(await readFile(join(folder, "sample/catalog.json"), "utf8"));
  for (const granule of catalog.granules) {
    granule.s3 = `s3://granules/${granule.id}`;
    delete granule.file;
  }
  await writeFile(join(folder, "s3-catalog.json"), JSON.stringify(catalog));
  credentials = await startCredentials(emulator);
  proxy = await startFaultProxy(emulator.url, faults());
});
afterAll(async () => {
  credentials.close();
  await proxy.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

test(`5 % 503, 2 % resets, 1 % truncations, an outage of ${OUTAGE_MS / 1000} s, credentials for ${
  CREDENTIALS_LAST_MS / 1000
} s: all shards written, the same bytes, retries counted`, async () => {
  const run = (catalog: string, store: string) => [
    ...["run", "--config", "sample/sample.yaml", "--catalog", catalog, "--store", store],
    ...["--json", "--quiet"],
  ];
  expect(runZagg(run("sample/catalog.json", "calm.zarr"), folder).status).toBe(0);

  const child = startZagg(run("s3-catalog.json", "s3://products/stormy"), {
    cwd: folder,
    env: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url,
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  const { status, stdout, stderr } = await child.done;
  expect(status, stderr).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ written: summary.total_shards, failed: 0, pending: 0 });
  expect(summary.retries).toBeGreaterThan(0);
  expect(proxy.met.count).toBeGreaterThan(OUTAGE_AFTER * 0.05);
  expect(credentials.given).toBeGreaterThan(2);
  console.info(
    `${emulator.requests.length} requests, ${proxy.met.count} faults, ${credentials.given} credentials, ` +
      `${summary.retries} retries of the source, ${Math.round(summary.wall_s)} s`,
  );

  const lasting = { accessKeyId: "AKIATEST", secretAccessKey: "lasting" };
  const open = (url: string) => s3Store(url, { credentials: async () => lasting, endpoint: emulator.url });
  const stores = { product: open("s3://products/stormy"), run: open("s3://products/stormy.run") };
  const calm = openStores(join(folder, "calm.zarr"));
  expect(await storeDigests(stores.product)).toEqual(await storeDigests(calm.product));
  expect(await verifyProduct(stores, { sample: 0 })).toMatchObject({ ok: true, complete: true });
});

test("credentials that are refused: exit code 3, and once they work the run goes on to the same bytes", async () => {
  const args = [
    ...["run", "--config", "sample/sample.yaml", "--catalog", "s3-catalog.json", "--store", "refused.zarr"],
    ...["--json", "--quiet"],
  ];
  const env = { AWS_ENDPOINT_URL: emulator.url, AWS_ACCESS_KEY_ID: "AKIATEST" };
  const start = (secret: string) =>
    startZagg(args, { cwd: folder, env: { ...env, AWS_SECRET_ACCESS_KEY: secret } }).done;
  const refused = await start("wrong");
  expect(refused.status, refused.stderr).toBe(3);
  expect(JSON.parse(refused.stdout)).toMatchObject({ stopped_by: "auth", written: 0 });
  const accepted = await start("lasting");
  expect(accepted.status, accepted.stderr).toBe(0);
  expect(await storeDigests(openStores(join(folder, "refused.zarr")).product)).toEqual(
    await storeDigests(openStores(join(folder, "calm.zarr")).product),
  );
});

/**
 * By chance, again the same with the same seed; once, nothing answers for a while. Granules are read once, by few requests:
 * every fifth of these is met, so that some are for certain.
 */
function faults(): FaultProxy["decide"] {
  const random = seededRandom(5);
  let requests = 0;
  let reads = 0;
  let outageEnds: number | undefined;
  return ({ url = "" }): Fault | undefined => {
    if (/\.h5\b/.test(url) && ++reads % 5 === 0) return { kind: "reset" };
    if (++requests === OUTAGE_AFTER) outageEnds = Date.now() + OUTAGE_MS;
    if (outageEnds !== undefined && Date.now() < outageEnds) return { kind: "reset" };
    const chance = random();
    if (chance < 0.05) return { kind: "status", status: 503, s3Code: "SlowDown" };
    if (chance < 0.07) return { kind: "reset" };
    if (chance < 0.08) return { kind: "truncate", after: 100 };
    return undefined;
  };
}

async function startCredentials({ principals }: S3Emulator): Promise<typeof credentials> {
  const server = createServer((_, response) => {
    const accessKeyId = `ASIA${randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase()}`;
    const principal = {
      accessKeyId,
      secretAccessKey: randomUUID(),
      sessionToken: randomUUID(),
      expiration: new Date(Date.now() + CREDENTIALS_LAST_MS),
    };
    principals.set(accessKeyId, principal);
    started.given++;
    const { secretAccessKey, sessionToken, expiration } = principal;
    const body = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: expiration.toISOString(),
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const started = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`,
    close: () => void server.close(),
    given: 0,
  };
  return started;
}
