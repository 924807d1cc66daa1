import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Backend,
  type Catalog,
  type Config,
  type GranuleProbe,
  isZaggError,
  loadCatalog,
  loadConfig,
  makePlan,
  type Plan,
  type ProductStores,
  processShard,
  readPlan,
  resolveGrid,
  runPlan,
  shardContext,
  storeHost,
  verifyProduct,
} from "@zagg/core";
import { openProduct, orderGroup, SHARD_STATES } from "@zagg/product";
import { fileSource, memoryStore, type Store } from "@zagg/storage";
import { runZagg, storeDigests } from "@zagg/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

const SEQUENCES = process.env.ZAGG_SOAK === "1" ? 1_000 : 100;
const GRANULES = 5;
const SHARDS = 6;

let folder: string;
let configs: readonly Config[];
let catalogs: readonly Catalog[];
/** What a clean run makes, by config and catalog. */
let clean: readonly { readonly plan: Plan; readonly digests: Readonly<Record<string, string>> }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-model-"));
  const sample = ["sample", "--output", "sample", "--granules", String(GRANULES)];
  expect(runZagg(sample, folder).status).toBe(0);
  const text = (await readFile(join(folder, "sample/sample.yaml"), "utf8")).replace(
    /child_order: \d+/,
    "child_order: 5",
  );
  await writeFile(join(folder, "small.yaml"), text);
  const config = await loadConfig(join(folder, "small.yaml"));
  // Raw chunks: a damaged one has the length that it should have.
  configs = [config, { ...config, output: { ...config.output, codecs: "none" } }];

  const whole = await loadCatalog(join(folder, "sample/catalog.json"));
  const busiest = whole.shards.toSorted((a, b) => b.granules.length - a.granules.length).slice(0, SHARDS);
  const shards = whole.shards.filter((shard) => busiest.includes(shard));
  const without = (left: readonly number[]): Catalog => ({
    ...whole,
    shards: shards.map(({ id, granules }) => ({ id, granules: granules.filter((g) => !left.includes(g)) })),
  });
  catalogs = [without([]), without([1]), without([0, 3])];

  const made = [];
  for (const config of configs) {
    for (const catalog of catalogs) {
      const stores = { product: memoryStore(), run: memoryStore() };
      const plan = planOf(config, catalog);
      await runPlan(plan, { backend: inProcess(plan, stores), host: storeHost(stores) });
      made.push({ plan, digests: await storeDigests(stores.product) });
    }
  }
  clean = made;
});
afterAll(() => rm(folder, { recursive: true }));

function planOf(config: Config, catalog: Catalog): Plan {
  return makePlan(config, catalog, resolveGrid(config, catalog).grid);
}

function inProcess(plan: Plan, stores: ProductStores): Backend {
  const context = shardContext(plan, stores);
  return {
    async *run(tasks) {
      for (const task of tasks) yield await processShard(context, task);
    },
    close: async () => undefined,
  };
}

/** What is thrown where a process has ended. */
class Killed extends Error {}

/** A store as a process sees it that is killed after `left` changes, wherever it then is. */
function mortal(store: Store, life: { left: number }): Store {
  const live = (): void => {
    if (life.left-- <= 0) throw new Killed();
  };
  return {
    ...store,
    async put(key, bytes, options) {
      live();
      await store.put(key, bytes, options);
    },
    async delete(keys) {
      for (const key of keys) {
        live();
        await store.delete([key]);
      }
    },
  };
}

interface World {
  readonly product: Store;
  readonly run: Store;
  /** File names of granules that are away. */
  readonly away: Set<string>;
}

const granulePath = (id: string) => join(folder, "sample/granules", id);

async function toggleGranule(world: World, position: number): Promise<void> {
  const id = catalogs[0]?.granules[position]?.id as string;
  const [here, there] = [granulePath(id), `${granulePath(id)}.away`];
  if (world.away.delete(id)) return rename(there, here);
  world.away.add(id);
  return rename(here, there);
}

type RunFlags = Parameters<typeof runPlan>[1] extends infer O
  ? Pick<O & object, Extract<keyof O, "overwrite" | "update" | "allowContraction" | "retryFailed">>
  : never;

async function run(world: World, made: number, flags: RunFlags, changes: number): Promise<void> {
  const { plan } = clean[made] as (typeof clean)[number];
  const life = { left: changes };
  const stores = { product: mortal(world.product, life), run: mortal(world.run, life) };
  try {
    await runPlan(plan, { backend: inProcess(plan, stores), host: storeHost(stores, versionOf), ...flags });
  } catch (error) {
    // Refusals (another config, fewer granules, a broken document) are answers; the rest is ours to explain.
    if (!(error instanceof Killed) && !isZaggError(error)) throw error;
  }
}

const versionOf: GranuleProbe = async ({ file = "" }) => {
  const source = fileSource(file);
  try {
    return await source.version();
  } finally {
    await source.close();
  }
};

async function keyAt(store: Store, share: number): Promise<string | undefined> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys[Math.floor(share * keys.length)];
}

async function damage(world: World, share: number, how: "flip" | "cut" | "remove" | "add"): Promise<void> {
  const key = await keyAt(world.product, share);
  if (key === undefined) return;
  const bytes = (await world.product.get(key)) as Uint8Array;
  const middle = bytes.length >> 1;
  if (how === "flip") bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  if (how === "remove") await world.product.delete([key]);
  else if (how === "add") await world.product.put(key.replace(/\d+$/, "99"), bytes);
  else await world.product.put(key, how === "cut" ? bytes.subarray(0, middle) : bytes);
}

async function deleteRecord(world: World, share: number): Promise<void> {
  const key = await keyAt(world.run, share);
  if (key?.startsWith("shards/")) await world.run.delete([key]);
}

/** How often `verify` said what. */
const checked = { good: 0, bad: 0 };

/** Where `verify` finds nothing wrong, nothing is: each shard is what the product says of it, and so is the whole. */
async function expectVerifyHonest({ product: store, run: record }: World): Promise<void> {
  const stores = { product: store, run: record };
  const verification = await verifyProduct(stores, { sample: 0 }).catch((error) => {
    if (!isZaggError(error)) throw error;
    return undefined;
  });
  checked[verification?.ok ? "good" : "bad"]++;
  if (!verification?.ok) return;

  const plan = await readPlan(record);
  const made = clean.find(({ plan: { identity } }) => identity === plan?.identity);
  const expected = made?.digests ?? {};
  const found = await storeDigests(store);
  const product = await openProduct(store);
  const group = orderGroup(product.spec.grid);
  const states = (await product.states()) as Uint8Array;
  const ofShard = (key: string) => {
    const [, name = "", k] = new RegExp(`^${group}/(\\w+)/c/(\\d+)$`).exec(key) ?? [];
    return name in product.spec.variables ? SHARD_STATES[states[Number(k)] as number] : undefined;
  };
  const changing = new Set(["zarr.json", `${group}/zarr.json`, `${group}/shard_state/c/0`]);
  for (const [key, digest] of Object.entries(expected)) {
    const state = ofShard(key);
    if (changing.has(key)) expect(found, key).toHaveProperty([key]);
    else if (state === "failed") expect(found[key], key).toBeUndefined();
    else if (state === "pending") {
      // It may still hold what it held before its catalog gained granules.
      const older = clean.filter(({ plan: { recipe } }) => recipe === plan?.recipe);
      expect([undefined, ...older.map(({ digests }) => digests[key])], key).toContain(found[key]);
    } else expect(found[key], `${key} (${state})`).toBe(digest);
  }
  expect(Object.keys(found).filter((key) => !(key in expected))).toEqual([]);
  const done = [...states].every((state) => ["written", "empty"].includes(SHARD_STATES[state] as string));
  expect({ verify: verification.complete, product: product.status?.complete }).toEqual({
    verify: done,
    product: done,
  });
}

type Model = Record<string, never>;

function command(name: string, act: (world: World) => Promise<void>): fc.AsyncCommand<Model, World> {
  return {
    check: () => true,
    async run(_, world) {
      await act(world);
      await expectVerifyHonest(world);
    },
    toString: () => name,
  };
}

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const flags = fc.record({
  overwrite: fc.boolean(),
  update: fc.boolean(),
  allowContraction: fc.boolean(),
  retryFailed: fc.boolean(),
});
const overwrite = fc.constant({ overwrite: true });
const resume = fc.constant({ overwrite: false, update: true, allowContraction: true, retryFailed: false });
const made = fc.nat(5);
const unlimited = fc.constant(Number.POSITIVE_INFINITY);
const runs = (how: fc.Arbitrary<RunFlags>, changes: fc.Arbitrary<number>) =>
  fc
    .tuple(made, how, changes)
    .map(([which, flags, most]) =>
      command(`run(${which}, ${JSON.stringify(flags)}, ${most})`, (world) => run(world, which, flags, most)),
    );
const damages = fc
  .tuple(share, fc.constantFrom("flip", "cut", "remove", "add"))
  .map(([at, how]) => command(`damage(${at}, ${how})`, (world) => damage(world, at, how)));
// Much that is left whole, so that what is broken next is broken alone.
const commands = [
  runs(resume, unlimited),
  runs(overwrite, unlimited),
  runs(flags, fc.nat(250)),
  damages,
  damages,
  share.map((at) => command(`deleteRecord(${at})`, (world) => deleteRecord(world, at))),
  fc
    .nat(GRANULES - 1)
    .map((position) => command(`toggleGranule(${position})`, (world) => toggleGranule(world, position))),
];

test(`${SEQUENCES} sequences of run, kill, damage, lost records, other catalogs and configs, broken granules: verify is honest, and an overwrite mends all`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 12 }), async (sequence) => {
      const world: World = { product: memoryStore(), run: memoryStore(), away: new Set() };
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: world }), sequence);
      } finally {
        for (const id of world.away) await rename(`${granulePath(id)}.away`, granulePath(id));
      }
      // Whatever else was left behind goes: a document that is no JSON, a chunk that is not ours.
      const [{ plan, digests }] = clean as [(typeof clean)[number]];
      await removeForeign(world.product);
      const stores = { product: world.product, run: world.run };
      await runPlan(plan, { backend: inProcess(plan, stores), host: storeHost(stores), overwrite: true });
      expect(await storeDigests(world.product)).toEqual(digests);
      expect(await verifyProduct(stores, { sample: 1 })).toMatchObject({ ok: true, complete: true });
    }),
    { numRuns: SEQUENCES, seed: 20261122 },
  );
  console.info(`verify said good ${checked.good} times, not good ${checked.bad} times`);
});

/** What an overwrite does not touch, because no product names it; and a root that is not JSON any more. */
async function removeForeign(store: Store): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  const root = keys.includes("zarr.json") && (await openProduct(store).catch(() => undefined));
  await store.delete(root ? keys.filter((key) => /\/99$/.test(key)) : keys);
}
