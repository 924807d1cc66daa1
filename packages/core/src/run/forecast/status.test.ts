import { expect, test } from "vitest";
import { failing, newStores, planOf, run } from "../../testing/sample-run.js";
import { shardKeys } from "../plan/plan-product.js";
import { lostWorkerRecord } from "../record/lost-record.js";
import { putRecord } from "../record/put-record.js";
import { groupFailures, runStatus } from "./status.js";

const plan = planOf();

test("status groups failures by cause, with a rate and what is left", async () => {
  const stores = newStores();
  await run(plan, stores, { open: () => failing("network") });
  const status = await runStatus(stores);
  expect(status).toMatchObject({
    format: "zagg-status/1",
    store: stores.product.url,
    identity: plan.identity,
    total_shards: 5,
    shards: { pending: 2, written: 0, partial: 0, empty: 0, failed: 3 },
    points_kept: 0,
  });
  expect(status.failures).toMatchObject([{ kind: "network" }]);
  expect(status.failures[0]?.shards).toHaveLength(3);
  expect(status.shards_per_minute).toBeGreaterThan(0);
  expect(status.eta_s).toBeGreaterThan(0);
  await expect(runStatus(newStores())).rejects.toMatchObject({ code: "no-record" });
});

test("the rate is that of the last five minutes, and what is pending decides the rest", async () => {
  const stores = newStores();
  await run(plan, stores, { select: [] });
  const now = new Date("2026-01-01T12:00:00Z");
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  for (const [index, minutes] of [9, 4, 2].entries()) {
    const record = lostWorkerRecord(
      plan,
      { index, attempt: 1 },
      { kind: "crash", code: "exit", message: "x" },
    );
    await putRecord(stores.run, plan, {
      ...record,
      state: "empty",
      failures: [],
      chunks: shardKeys(plan, index).map((key) => ({ key, length: 0, sha256: "0".repeat(64) })),
      result: "0".repeat(64),
      finished: minutesAgo(minutes),
    });
  }
  // Two in the four minutes since the older of them; two are left.
  const { shards_per_minute, eta_s, shards } = await runStatus(stores, now);
  expect([shards_per_minute, eta_s, shards.empty]).toEqual([0.5, 240, 3]);
  const later = await runStatus(stores, new Date("2026-01-01T13:00:00Z"));
  expect(later).toMatchObject({ shards_per_minute: 0, eta_s: null });
});

test("points and cells are those of the shards that stand", async () => {
  const stores = newStores();
  const { summary } = await run(plan, stores);
  const { points_kept, occupied_cells } = await runStatus(stores);
  expect([points_kept, occupied_cells]).toEqual([summary.points_kept, summary.occupied_cells]);
});

test("the most frequent cause comes first, with each shard and granule once", () => {
  const failure = (shard: string, code: string, granule?: string) =>
    ({ shard, kind: "corrupt", code, message: `${code} of ${shard}`, ...(granule && { granule }) }) as const;
  const groups = groupFailures([
    failure("1", "rare"),
    failure("1", "often", "a.h5"),
    failure("2", "often", "a.h5"),
    failure("2", "often", "b.h5"),
  ]);
  expect(groups).toEqual([
    { kind: "corrupt", code: "often", shards: ["1", "2"], granules: ["a.h5", "b.h5"], message: "often of 1" },
    { kind: "corrupt", code: "rare", shards: ["1"], granules: [], message: "rare of 1" },
  ]);
});
