import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStores, readPlan, readRecords, verifyProduct } from "@zagg/core";
import { type Store, s3Store } from "@zagg/storage";
import {
  runZagg,
  type S3Emulator,
  seededRandom,
  startS3Emulator,
  startZagg,
  storeDigests,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Kills for each kind of store. */
const KILLS = process.env.ZAGG_SOAK === "1" ? 200 : 20;
const GRANULES = 24;
const LEAST_SHARDS = 60;
/** Small shards and blocks, so that a run is mostly of those begun and ended: the moments that matter. */
const CHILD_ORDER = 7;
const SHARDS_PER_OBJECT = 8;

const KEY = { accessKeyId: "AKIAOUTPUT", secretAccessKey: "secret-of-the-output" };
const random = seededRandom(20261122);

let folder: string;
let emulator: S3Emulator;
let undisturbed: Record<string, string>;
/** Of an undisturbed run with its start, ms: the last one seen, since a machine's speed varies. */
let duration: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-kill-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", String(GRANULES)], folder).status).toBe(0);
  const config = join(folder, "sample/sample.yaml");
  const small = `child_order: ${CHILD_ORDER}\n  shards_per_object: ${SHARDS_PER_OBJECT}`;
  await writeFile(config, (await readFile(config, "utf8")).replace(/child_order: \d+/, small));
  const started = performance.now();
  expect(runZagg(run("undisturbed.zarr"), folder).status).toBe(0);
  duration = performance.now() - started;
  const stores = openStores(join(folder, "undisturbed.zarr"));
  undisturbed = await storeDigests(stores.product);
  expect((await readPlan(stores.run))?.shards.length).toBeGreaterThanOrEqual(LEAST_SHARDS);
  emulator = await startS3Emulator({ principals: [KEY] });
  emulator.addBucket("products");
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

function run(store: string): string[] {
  return [
    ...["run", "--config", "sample/sample.yaml", "--catalog", "sample/catalog.json", "--store", store],
    ...["--max-workers", "2", "--quiet"],
  ];
}

interface Target {
  readonly name: string;
  readonly env: Record<string, string>;
  readonly product: Store;
  readonly run: Store;
}

/**
 * Runs to the end, killed at random moments on the way and resumed each time. Returns how often it was killed; no
 * record that a kill left behind may change afterwards.
 */
async function runThroughKills({ name, env, run: record }: Target, most: number): Promise<number> {
  let kills = 0;
  let recorded: Record<string, string> = {};
  for (;;) {
    const started = performance.now();
    const child = startZagg(run(name), { cwd: folder, env });
    const moment = kills < most ? sleep((0.2 + 0.8 * random()) * duration, "now" as const) : undefined;
    const ended = await Promise.race([child.done, ...(moment ? [moment] : [])]);
    if (ended !== "now") {
      expect(ended, ended.stderr).toMatchObject({ status: 0 });
      if (kills === 0) duration = performance.now() - started;
      break;
    }
    child.kill("SIGKILL");
    await child.done;
    kills++;
    const now = await storeDigests(record);
    expect(now).toMatchObject(recorded);
    recorded = Object.fromEntries(Object.entries(now).filter(([key]) => key.startsWith("shards/")));
  }
  expect(await storeDigests(record)).toMatchObject(recorded);
  return kills;
}

/** The store is that of an undisturbed run, and every shard was tried once. */
async function expectWhole({ product, run: record }: Target): Promise<void> {
  expect(await storeDigests(product)).toEqual(undisturbed);
  const plan = await readPlan(record);
  const records = plan && (await readRecords(record, plan));
  expect(records?.size).toBe(plan?.shards.length);
  for (const { attempt, state } of records?.values() ?? []) {
    expect({ attempt, state }).toEqual({ attempt: 1, state: "written" });
  }
  expect(await verifyProduct({ product, run: record }, { sample: 1 })).toMatchObject({
    ok: true,
    complete: true,
    reproduced: 1,
  });
}

describe(`kill -9 at ${KILLS} random moments of a run, resumed each time`, () => {
  test("on disk: record, then block, then receipt, then the states", async () => {
    let kills = 0;
    for (let i = 0; kills < KILLS; i++) {
      const name = `killed-${i}.zarr`;
      const stores = openStores(join(folder, name));
      kills += await runThroughKills({ name, env: {}, ...stores }, KILLS - kills);
      await expectWhole({ name, env: {}, ...stores });
      await expectInOrder(join(folder, name), stores.run);
      await rm(join(folder, name), { recursive: true });
      await rm(join(folder, `${name}.run`), { recursive: true });
    }
    console.info(`on disk: ${kills} kills`);
  });

  test("on S3: result, then record, then block, then receipt, then the states", async () => {
    const credentials = async () => KEY;
    const env = {
      AWS_ENDPOINT_URL: emulator.url,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    };
    let kills = 0;
    for (let i = 0; kills < KILLS; i++) {
      const name = `s3://products/killed-${i}`;
      const open = (url: string) => s3Store(url, { credentials, endpoint: emulator.url });
      const target = { name, env, product: open(name), run: open(`${name}.run`) };
      emulator.requests.length = 0;
      kills += await runThroughKills(target, KILLS - kills);
      const requests = [...emulator.requests];
      await expectWhole(target);
      expectPutInOrder(requests, await positions(target.run));
      emulator.buckets.get("products")?.objects.clear();
    }
    console.info(`on S3: ${kills} kills`);
  });
});

const blockOf = (index: number) => Math.floor(index / SHARDS_PER_OBJECT);

async function expectInOrder(store: string, record: Store): Promise<void> {
  const plan = await readPlan(record);
  if (!plan) throw new Error("no plan");
  const time = async (...path: string[]) => (await stat(join(...path))).mtimeMs;
  const states = await time(store, `${CHILD_ORDER}/shard_state/c/0`);
  for (const { shard, index, attempt, chunks } of (await readRecords(record, plan)).values()) {
    const recorded = await time(`${store}.run`, `shards/${shard}.${attempt}.json`);
    const receipt = await time(`${store}.run`, `packs/${blockOf(index)}.json`);
    expect(receipt).toBeLessThanOrEqual(states);
    for (const { key } of chunks) {
      const block = await time(store, key);
      expect(recorded).toBeLessThanOrEqual(block);
      expect(block).toBeLessThanOrEqual(receipt);
    }
  }
  await expect(stat(join(`${store}.run`, "results"))).rejects.toThrow("ENOENT");
}

/** Position of every shard, by morton id. */
async function positions(record: Store): Promise<ReadonlyMap<string, number>> {
  const plan = await readPlan(record);
  return new Map(plan?.shards.map(({ id }, index) => [id, index]));
}

/** Whatever was put more than once, the last time counts; of a record there is one. */
function expectPutInOrder(requests: readonly string[], shards: ReadonlyMap<string, number>): void {
  const last = new Map<string, number>();
  const note = (what: string, at: number) => last.set(what, at);
  const data =
    /^PUT \/products\/killed-\d+\/\d+\/(?!cell_ids|morton|latitude|longitude|shard_)(\w+)\/c\/(\d+)$/;
  const objects = new Set<string>();
  for (const [at, request] of requests.entries()) {
    const [, kind, shard] = /^PUT .*\.run\/(results|shards)\/(-?\d+)\.1\./.exec(request) ?? [];
    if (kind) note(`${kind} ${shards.get(shard as string)}`, at);
    const [, receipt] = /^PUT .*\.run\/packs\/(\d+)\.json$/.exec(request) ?? [];
    if (receipt) note(`receipt ${receipt}`, at);
    if (/^PUT .*\/shard_state\/c\/0$/.test(request)) note("states", at);
    const [, name, block] = data.exec(request) ?? [];
    if (block) note(`block ${name} ${block}`, at);
    if (block) objects.add(`${name} ${block}`);
  }
  const when = (what: string) => last.get(what) ?? Number.NaN;
  expect(objects.size).toBeGreaterThan(0);
  for (const index of shards.values()) {
    expect(when(`results ${index}`)).toBeLessThan(when(`shards ${index}`));
    expect(when(`receipt ${blockOf(index)}`)).toBeLessThan(when("states"));
    for (const object of objects) {
      if (!object.endsWith(` ${blockOf(index)}`)) continue;
      expect(when(`shards ${index}`)).toBeLessThan(when(`block ${object}`));
      expect(when(`block ${object}`)).toBeLessThan(when(`receipt ${blockOf(index)}`));
    }
  }
}
