import { lstat, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
  type RunSummary,
  readPlan,
  resolveGrid,
  runPlan,
  shardContext,
  storeHost,
  verifyProduct,
} from "@zagg/core";
import { openProduct, orderGroup, type ProductSpec, placeIn, SHARD_STATES, unpackBlock } from "@zagg/product";
import { fileSource, localStore, memoryStore, type Store } from "@zagg/storage";
import { runZagg, storeDigests } from "@zagg/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, runExitCode } from "../cli/exit-code.js";

const SEQUENCES = process.env.ZAGG_SOAK === "1" ? 1_000 : 100;
const GRANULES = 5;
const SHARDS = 6;

let folder: string;
let configs: readonly Config[];
let catalogs: readonly Catalog[];
/** What a clean run makes, by config and catalog. */
let clean: readonly Made[];

interface Made {
  readonly plan: Plan;
  readonly product: Store;
  readonly digests: Readonly<Record<string, string>>;
}

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
  // Blocks, the last one cut; and raw chunks, each an object: a damaged one has the length that it should have.
  const { output } = config;
  configs = [
    { ...config, output: { ...output, shardsPerObject: 4 } },
    { ...config, output: { ...output, codecs: "none" } },
  ];

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
      made.push({ plan, product: stores.product, digests: await storeDigests(stores.product) });
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
  /** Where its stores lie; undefined where they are in memory. */
  readonly folder: string | undefined;
  /** How many folders have been moved elsewhere. */
  moved: number;
  readonly product: Store;
  readonly run: Store;
  /** File names of granules that are away. */
  readonly away: Set<string>;
}

const granulePath = (id: string) => join(folder, "sample/granules", id);

/** One world in so many lies on a disk, where folders can be links. */
const ON_DISK = 3;

async function newWorld(onDisk: boolean): Promise<World> {
  const common = { moved: 0, away: new Set<string>() };
  if (!onDisk) return { ...common, folder: undefined, product: memoryStore(), run: memoryStore() };
  const place = await mkdtemp(join(folder, "world-"));
  const open = (name: string) => localStore(join(place, name), { tmp: join(place, "tmp") });
  return { ...common, folder: place, product: open("p"), run: open("p.run") };
}

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
  const options = { backend: inProcess(plan, stores), host: storeHost(stores, versionOf), ...flags };
  let summary: RunSummary;
  try {
    summary = await runPlan(plan, options);
  } catch (error) {
    if (error instanceof Killed) return;
    // Refusals (another config, fewer granules, a broken document) are answers; the rest is ours to explain.
    expect([2, 3, 4, 5], String(error)).toContain(failureOf(error).exitCode);
    ended.refused++;
    return;
  }
  await expectExitCodeTrue(world, made, runExitCode(summary));
}

/** How often a run that came to its end said what. */
const ended = { whole: 0, incomplete: 0, refused: 0 };

/**
 * A run that ends with 0 leaves the clean product, byte for byte, and one that does not lacks something: whatever was
 * damaged before, in data, metadata, coordinates, records or links.
 */
async function expectExitCodeTrue(world: World, made: number, exitCode: number): Promise<void> {
  const { digests } = clean[made] as (typeof clean)[number];
  const found = await storeDigests(world.product);
  const wrong = Object.keys(digests).filter((key) => found[key] !== digests[key]);
  expect(exitCode === 0, `exit code ${exitCode}, wrong: ${wrong.join(", ")}`).toBe(wrong.length === 0);
  ended[exitCode === 0 ? "whole" : "incomplete"]++;
}

const versionOf: GranuleProbe = async ({ file = "" }) => {
  const source = fileSource(file);
  try {
    return await source.version();
  } finally {
    await source.close();
  }
};

async function keyAt(store: Store, share: number, kind = /./): Promise<string | undefined> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) if (kind.test(key)) keys.push(key);
  return keys[Math.floor(share * keys.length)];
}

/** Kinds of objects of a product, of which each is damaged as often as the others, however few they are. */
const KINDS = {
  data: /\/(?!cell_ids|morton|shard_)\w+\/c\//,
  metadata: /zarr\.json$/,
  coordinates: /\/(cell_ids|morton|latitude|longitude)\/c\//,
  states: /\/shard_(ids|state)\/c\//,
} as const;

type How = "flip" | "cut" | "empty" | "remove" | "add";

async function damage(world: World, kind: keyof typeof KINDS, share: number, how: How): Promise<void> {
  const key = await keyAt(world.product, share, KINDS[kind]);
  if (key === undefined) return;
  const bytes = (await world.product.get(key)) as Uint8Array;
  if (how === "remove") await world.product.delete([key]);
  else if (how === "add") await world.product.put(key.replace(/\d+$/, "99"), bytes);
  else await world.product.put(key, damaged(bytes, how));
}

function damaged(bytes: Uint8Array, how: How): Uint8Array {
  const middle = bytes.length >> 1;
  if (how === "empty" || bytes.length === 0) return new Uint8Array(0);
  if (how === "cut") return bytes.subarray(0, middle);
  return bytes.with(middle, (bytes[middle] ?? 0) ^ 1);
}

type RecordDamage = "flip" | "cut" | "empty" | "remove" | "copy" | "other attempt";

/** Damages a shard's record, or puts it where that of another shard or attempt lies. */
async function damageRecord(world: World, share: number, other: number, how: RecordDamage): Promise<void> {
  const [key, target] = [
    await keyAt(world.run, share, /^shards\//),
    await keyAt(world.run, other, /^shards\//),
  ];
  const bytes = key && (await world.run.get(key));
  if (!key || !target || !bytes) return;
  if (how === "remove") await world.run.delete([key]);
  else if (how === "copy") await world.run.put(target, bytes);
  else if (how === "other attempt") await world.run.put(key.replace(/\d+\.json$/, "7.json"), bytes);
  else await world.run.put(key, damaged(bytes, how));
}

/** Moves a folder of the store, or of the record, to where another disk might be, and links it. */
async function moveAndLink(world: World, share: number, of: "product" | "run"): Promise<void> {
  const key = await keyAt(world[of], share, of === "run" ? /^shards\// : /\/c\//);
  if (key === undefined || !world.folder) return;
  const path = dirname(join(world.folder, of === "run" ? "p.run" : "p", key));
  if ((await lstat(path)).isSymbolicLink()) return;
  const there = join(world.folder, "disk", String(world.moved++));
  await mkdir(dirname(there), { recursive: true });
  await rename(path, there);
  await symlink(there, path);
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
  const variableOf = (key: string) => {
    const [, name = ""] = new RegExp(`^${group}/(\\w+)/c/\\d+$`).exec(key) ?? [];
    return name in product.spec.variables ? name : undefined;
  };
  // It may still hold what it held before its catalog gained granules.
  const older = clean.filter((each) => each.plan.recipe === plan?.recipe).map((each) => each.product);
  const changing = new Set(["zarr.json", `${group}/zarr.json`, `${group}/shard_state/c/0`]);
  for (const [key, digest] of Object.entries(expected)) {
    const variable = variableOf(key);
    if (changing.has(key)) expect(found, key).toHaveProperty([key]);
    else if (!variable) expect(found[key], key).toBe(digest);
  }
  for (const variable of Object.keys(product.spec.variables)) {
    for (const [k, code] of states.entries()) {
      const state = SHARD_STATES[code];
      const chunk = (of: Store | undefined) => of && chunkIn(of, product.spec, variable, k);
      const [there, whole] = await Promise.all([chunk(store), chunk(made?.product)]);
      const where = `${variable} of shard ${k} (${state})`;
      if (state === "failed") expect(there, where).toBeUndefined();
      else if (state === "pending") {
        expect([undefined, ...(await Promise.all(older.map(chunk)))], where).toContain(there);
      } else expect(there, where).toBe(whole);
    }
  }
  expect(Object.keys(found).filter((key) => !(key in expected))).toEqual([]);
  const done = [...states].every((state) => ["written", "empty"].includes(SHARD_STATES[state] as string));
  expect({ verify: verification.complete, product: product.status?.complete }).toEqual({
    verify: done,
    product: done,
  });
}

/** The chunk of shard `k`, as it is packed, in hex. */
async function chunkIn(
  store: Store,
  spec: ProductSpec,
  variable: string,
  k: number,
): Promise<string | undefined> {
  const { key, slot } = placeIn(spec, variable, k);
  const bytes = await store.get(key);
  const { dtype } = spec.variables[variable] as (typeof spec.variables)[string];
  const chunk = bytes && unpackBlock(spec, dtype, bytes)[slot];
  return chunk && Buffer.from(chunk).toString("hex");
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
const kinds = fc.constantFrom("data", "metadata", "coordinates", "states");
const damages = fc
  .tuple(kinds, share, fc.constantFrom("flip", "cut", "empty", "remove", "add"))
  .map(([kind, at, how]) =>
    command(`damage(${kind}, ${at}, ${how})`, (world) => damage(world, kind, at, how)),
  );
const recordDamages = fc
  .tuple(share, share, fc.constantFrom("flip", "cut", "empty", "remove", "copy", "other attempt"))
  .map(([at, other, how]) =>
    command(`damageRecord(${at}, ${other}, ${how})`, (world) => damageRecord(world, at, other, how)),
  );
const links = fc
  .tuple(share, fc.constantFrom("product", "run"))
  .map(([at, of]) => command(`moveAndLink(${at}, ${of})`, (world) => moveAndLink(world, at, of)));
// Much that is left whole, so that what is broken next is broken alone.
const commands = [
  runs(resume, unlimited),
  runs(resume, unlimited),
  runs(overwrite, unlimited),
  runs(flags, fc.nat(250)),
  damages,
  damages,
  damages,
  recordDamages,
  links,
  fc
    .nat(GRANULES - 1)
    .map((position) => command(`toggleGranule(${position})`, (world) => toggleGranule(world, position))),
];

test(`${SEQUENCES} sequences of run, kill, damaged data, metadata, coordinates, records and links, other catalogs and configs, broken granules: verify and exit codes are honest, and an overwrite mends all`, async () => {
  let sequences = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 12 }), async (sequence) => {
      const world = await newWorld(++sequences % ON_DISK === 0);
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
  console.info(
    `verify said good ${checked.good} times, not good ${checked.bad} times; runs ended with 0 ${ended.whole} times, ` +
      `with another code ${ended.incomplete} times, refused ${ended.refused} times`,
  );
});

/** What an overwrite does not touch, because no product names it; and a root that is not JSON any more. */
async function removeForeign(store: Store): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  const root = keys.includes("zarr.json") && (await openProduct(store).catch(() => undefined));
  await store.delete(root ? keys.filter((key) => /\/99$/.test(key)) : keys);
}
