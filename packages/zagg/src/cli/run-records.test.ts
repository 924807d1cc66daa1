import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Backend,
  type Catalog,
  catalogFromGranules,
  defaultConfig,
  makePlan,
  type Plan,
  type ProductStores,
  processShard,
  type RunSummary,
  runPlan,
  runStatus,
  shardContext,
  storeHost,
  verifyProduct,
} from "@zagg/core";
import { memoryStore, type Store } from "@zagg/storage";
import { runZagg, SAMPLE_RUN, sampleGranules, sampleProject, storeDigests } from "@zagg/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf, runExitCode } from "./exit-code.js";

const MUTATIONS = process.env.ZAGG_SOAK === "1" ? 2_000 : 50;
const GRID = { parentOrder: 6, childOrder: 8, latitude: "authalic" } as const;

describe("a record or plan of which anything may be in", () => {
  let plan: Plan;
  let whole: Record<string, string>;
  /** Plan and records of a run that came to its end, by key. */
  let documents: ReadonlyMap<string, Uint8Array>;
  let objects: ReadonlyMap<string, Uint8Array>;

  beforeAll(async () => {
    const config = defaultConfig();
    const catalog: Catalog = await catalogFromGranules(
      sampleGranules.map(({ path }) => path),
      config,
    );
    plan = makePlan(config, catalog, GRID);
    const stores = { product: memoryStore(), run: memoryStore() };
    await run(stores);
    whole = await storeDigests(stores.product);
    [objects, documents] = [await contents(stores.product), await contents(stores.run)];
  });

  const run = (stores: ProductStores, overwrite = false): Promise<RunSummary> =>
    runPlan(plan, { backend: inProcess(plan, stores), host: storeHost(stores), overwrite });

  /** Exit code of what a command does; 70 would be a mistake of ours. */
  async function codeOf(command: () => Promise<unknown>): Promise<number> {
    return command().then(
      () => 0,
      (error) => failureOf(error).exitCode,
    );
  }

  /** The stores with one file of the record replaced, through all commands, until they are mended. */
  async function through(key: string, bytes: Uint8Array): Promise<void> {
    const stores = { product: await storeOf(objects), run: await storeOf(documents) };
    await stores.run.put(key, bytes);
    expect([0, 2, 5]).toContain(await codeOf(() => runStatus(stores)));
    const verified = await verifyProduct(stores, { sample: 0 }).catch((error) => {
      expect([2, 5]).toContain(failureOf(error).exitCode);
      return undefined;
    });
    const before = await storeDigests(stores.product);
    const summary = await run(stores).catch((error) => {
      expect([2, 5]).toContain(failureOf(error).exitCode);
      return undefined;
    });
    // A plan that cannot be read, or is of another product, is refused, and nothing is touched.
    if (!summary) {
      expect(key).toBe("plan.json");
      expect(await storeDigests(stores.product)).toEqual(before);
      await run(stores, true);
    } else expect(runExitCode({ ...summary })).toBe(0);
    expect(await storeDigests(stores.product)).toEqual(whole);
    expect(await verifyProduct(stores, { sample: 0 })).toMatchObject({ ok: true, complete: true });
    if (verified?.ok) expect(before).toEqual(whole);
  }

  test(`${MUTATIONS} mutations: every command ends, none with 70, and the next run, or an overwrite, leaves a whole product`, async () => {
    const oneOf = fc.constantFrom(...[...documents.keys()].filter((key) => /^(shards|plan)/.test(key)));
    await fc.assert(
      fc.asyncProperty(oneOf, mutation, async (key, mutate) => {
        const document = JSON.parse(new TextDecoder().decode(documents.get(key)));
        await through(key, new TextEncoder().encode(mutate(document)));
      }),
      { numRuns: MUTATIONS, seed: 20261130 },
    );
  });

  test("records under names that are none, or count beyond what can be counted", async () => {
    const [key = ""] = [...documents.keys()].filter((each) => each.startsWith("shards/"));
    const bytes = documents.get(key) as Uint8Array;
    for (const name of ["01", "0", "007", "1e3", "-1", "99999999999999999999", "1.5"])
      await through(key.replace(/\.1\.json$/, `.${name}.json`), bytes);
    await through("shards/--5.1.json", bytes);
    await through("shards/0.1.json", bytes);
  });
});

/** In its place stand lists in lists, deeper than a function may call itself. */
const NESTED = "<nested>";
const NESTED_DEPTH = 20_000;

/** What a mutation puts somewhere. */
const values = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", "x", -1, 0, 1.5, 2 ** 53, 1e300, [], {}, [[]], "__proto__"),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(NESTED),
);

/** A document as text, in which something is another. */
const mutation: fc.Arbitrary<(document: unknown) => string> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(), values).map(([at, value]) => replacing(at, value)) },
  { weight: 2, arbitrary: fc.nat().map((at) => replacing(at, undefined)) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => cut(share)) },
  { weight: 1, arbitrary: values.map((value) => () => text(value)) },
);

/** Replaces the value at one of the places of a document, or takes it away. */
function replacing(at: number, value: unknown): (document: unknown) => string {
  return (document) => {
    const places = placesIn(document);
    const { owner, key } = places[at % places.length] as Place;
    if (value === undefined) delete owner[key];
    else owner[key] = value;
    return text(document);
  };
}

function cut(share: number): (document: unknown) => string {
  return (document) => {
    const whole = text(document);
    return whole.slice(0, Math.floor(share * whole.length));
  };
}

interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const owner = value as Record<string, unknown>;
  return Object.keys(owner).flatMap((key) => [{ owner, key }, ...placesIn(owner[key])]);
}

function text(document: unknown): string {
  const lists = `${"[".repeat(NESTED_DEPTH)}${"]".repeat(NESTED_DEPTH)}`;
  return JSON.stringify(document).replace(JSON.stringify(NESTED), lists);
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

async function contents(store: Store): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { key } of store.list("")) found.set(key, (await store.get(key)) as Uint8Array);
  return found;
}

async function storeOf(objects: ReadonlyMap<string, Uint8Array>): Promise<Store> {
  const store = memoryStore();
  for (const [key, bytes] of objects) await store.put(key, bytes);
  return store;
}

describe("the commands, over records that are not what they lie as", () => {
  let folder: string;
  const zagg = (...args: string[]) => runZagg(args, folder);
  const run = (store: string) => [...SAMPLE_RUN, "--store", store];

  beforeAll(async () => {
    folder = await sampleProject("records");
    expect(zagg(...run("p.zarr"))).toMatchObject({ status: 0 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("two that name each other's shard, one of nothing but its format: told by status and verify, mended by run", async () => {
    const shards = join(folder, "p.zarr.run/shards");
    const [a = "", b = "", c = ""] = (await readdir(shards)).sort();
    await cp(join(shards, a), join(shards, "kept"));
    await cp(join(shards, b), join(shards, a));
    await cp(join(shards, "kept"), join(shards, b));
    await writeFile(join(shards, c), '{"format":"zagg-shard/1"}');
    const status = zagg("status", "p.zarr");
    expect(status, status.stderr).toMatchObject({ status: 0 });
    expect(status.stdout).toMatch(/3 failed/);
    expect(status.stdout).toMatch(/is not the record of this attempt/);
    expect(zagg("verify", "p.zarr")).toMatchObject({ status: 1 });
    const mended = zagg(...run("p.zarr"));
    expect(mended.status, mended.stderr).toBe(0);
    expect(zagg("verify", "p.zarr")).toMatchObject({ status: 0 });
  });

  test("a plan that is none: exit code 5, what is wrong with it, and how to go on", async () => {
    const path = join(folder, "p.zarr.run/plan.json");
    const plan = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...plan, shards: 7 }));
    for (const command of ["status", "verify"]) {
      const { status, stderr } = zagg(command, "p.zarr");
      expect(status, stderr).toBe(5);
      expect(stderr).toMatch(/plan.json is no plan that this zagg can read \(shards: .*\).*--overwrite/);
    }
    expect(zagg(...run("p.zarr"))).toMatchObject({ status: 2 });
    expect(zagg(...run("p.zarr"), "--overwrite")).toMatchObject({ status: 0 });
  });
});
