import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeDigests } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog, newStores, planOf, run } from "../../testing/sample-run.js";
import { WORKER_BYTES } from "../forecast/shard-memory.js";
import { storeHost } from "../host/run-host.js";
import { runPlan } from "../host/run-plan.js";
import { readRecords } from "../record/run-record.js";
import type { ShardRecord } from "../record/shard-record.js";
import { type BackendEvent, isShardRecord } from "../schedule/backend.js";
import { openStores } from "../stores/open-store.js";
import { localBackend } from "./local-backend.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-local-"));
});
afterAll(() => rm(folder, { recursive: true }));

const plan = planOf();
const tasks = plan.shards.map((_, index) => ({ index, attempt: 1, allowPartial: false }));

/** The records of shards, in the order in which they came. */
async function collect(events: AsyncIterable<BackendEvent>): Promise<ShardRecord[]> {
  const all: ShardRecord[] = [];
  for await (const event of events) if (isShardRecord(event)) all.push(event);
  return all;
}

test("threads make what one process makes, to the byte", async () => {
  const whole = newStores();
  await run(plan, whole);
  const target = join(folder, "threads");
  const stores = openStores(target);
  const backend = localBackend(plan, target, 2);
  const summary = await runPlan(plan, { backend, host: storeHost(stores) });
  await backend.close();
  expect(summary).toMatchObject({ written: 4, empty: 1, failed: 0, pending: 0 });
  expect(await storeDigests(stores.product)).toEqual(await storeDigests(whole.product));
});

test("shards that do not fit into memory together run one after the other", async () => {
  const target = join(folder, "memory");
  await run(plan, openStores(target), { select: [] });
  const backend = localBackend(plan, target, 4, { memory: WORKER_BYTES / 2 });
  const records = await collect(backend.run(tasks, {}));
  await backend.close();
  expect(records.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
  // Each was finished before the next was begun.
  const finished = records.map((record) => Date.parse(record.finished));
  expect(finished).toEqual(finished.toSorted((a, b) => a - b));
});

test("once it is stopped no shard is begun", async () => {
  const target = join(folder, "stopped");
  await run(plan, openStores(target), { select: [] });
  const backend = localBackend(plan, target, 2);
  expect(await collect(backend.run(tasks, { signal: AbortSignal.abort() }))).toEqual([]);
  const stop = new AbortController();
  const records: ShardRecord[] = [];
  for await (const event of backend.run(tasks, { signal: stop.signal })) {
    if (!isShardRecord(event)) continue;
    records.push(event);
    stop.abort();
  }
  await backend.close();
  // What was under way is finished and told.
  expect(records.length).toBeLessThanOrEqual(2);
  const recorded = await readRecords(openStores(target).run, plan);
  expect([...recorded.values()].map(({ shard }) => shard).sort()).toEqual(
    records.map(({ shard }) => shard).sort(),
  );
});

test.each([
  {
    of: "granules",
    first: tasks.slice(1, 3),
    told: ["crash", "crash"],
    what: /^the worker of this granule ended: /,
  },
  { of: "shard", first: tasks.slice(1, 2), told: ["crash"], what: /^the worker of this shard ended: / },
])("a thread that ends is a crash of the $of that it was at, told in the record", async (crash) => {
  const target = join(folder, `crash-${crash.of}`);
  const stores = openStores(target);
  await run(plan, stores, { select: [] });
  // Nobody knows such cells: a mistake of ours, and no fault of any granule.
  const broken = { ...plan, grid: { ...plan.grid, latitude: "nonsense" } } as unknown as typeof plan;
  const backend = localBackend(broken, target, 1);
  const records = await collect(backend.run(crash.first, {}));
  await backend.close();
  const record = records.find(({ index }) => index === 1);
  expect(record).toMatchObject({ shard: plan.shards[1]?.id, state: "failed" });
  expect(record?.failures.map(({ kind }) => kind)).toEqual(crash.told);
  expect(record?.failures[0]?.message).toMatch(crash.what);
  expect((await readRecords(stores.run, plan)).get(plan.shards[1]?.id ?? "")).toEqual(record);
});

test("a store that cannot be written ends the run, with its error", async () => {
  const target = join(folder, "unwritable");
  await writeFile(target, "a file where the product should go");
  const backend = localBackend(planOf(catalog), target, 2);
  await expect(collect(backend.run(tasks, {}))).rejects.toMatchObject({ kind: "store", name: "ZaggError" });
  await backend.close();
});
