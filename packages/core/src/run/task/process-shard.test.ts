import { cellOf } from "@zagg/healpix";
import { openProduct } from "@zagg/product";
import { wrap } from "@zagg/storage";
import { sampleGranules, storeDigests } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../../config/index.js";
import type { StatisticConfig } from "../../terms/index.js";
import { ALONE, catalog, config, files, newStores, planOf, run } from "../../testing/sample-run.js";
import { makePlan } from "../plan/plan.js";
import { processShard, type ShardContext, shardContext } from "./process-shard.js";

const task = (index: number, allowPartial = false) => ({ index, attempt: 1, allowPartial });

/** Stores that are set up for the plan, and nothing run. */
async function setUp(plan = planOf()) {
  const stores = newStores();
  await run(plan, stores, { select: [] });
  return { plan, stores, context: shardContext(plan, stores, files) };
}

/** Heights, with their errors, of what the granules were made of that count, by cell of order 12. */
function heightsByCell(): Map<number, [height: number, sigma: number][]> {
  const cells = new Map<number, [number, number][]>();
  for (const { columns } of sampleGranules.flatMap(({ beams }) => beams)) {
    for (const [i, flag] of [...(columns.atl06_quality_summary ?? [])].entries()) {
      const at = (name: string) => Number(columns[name]?.[i]);
      if (flag !== 0 || !(Math.abs(at("latitude")) <= 90) || at("longitude") > 360) continue;
      const cell = cellOf(12, at("longitude"), at("latitude"), "authalic");
      const found = cells.get(cell) ?? [];
      if (at("h_li") < 1e38) found.push([at("h_li"), at("h_li_sigma")]);
      cells.set(cell, found);
    }
  }
  return cells;
}

function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}

test("every cell has the statistics of the heights that were put there", async () => {
  const plan = makePlan(defaultConfig(), catalog, { parentOrder: 6, childOrder: 12, latitude: "authalic" });
  const stores = newStores();
  const { summary } = await run(plan, stores);
  expect(summary).toMatchObject({ written: 4, empty: 1, failed: 0, pending: 0 });
  const product = await openProduct(stores.product);
  const names = ["count", "h_min", "h_max", "h_mean", "h_sigma", "h_variance", "h_q25", "h_q50"];
  const arrays = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await product.readArray(name)] as const)),
  );
  const ids = await product.readArray("cell_ids");
  const expected = heightsByCell();
  const occupied = [...ids].filter((_, i) => Number(arrays.count?.[i]) > 0).map(Number);
  const withHeights = [...expected].filter(([, heights]) => heights.length > 0).map(([cell]) => cell);
  expect(occupied.sort((a, b) => a - b)).toEqual(withHeights.sort((a, b) => a - b));
  expect(summary.occupied_cells).toBe(expected.size);
  expect(occupied.length).toBeGreaterThan(200);

  for (const [i, id] of [...ids].entries()) {
    const heights = expected.get(Number(id)) ?? [];
    if (heights.length === 0) continue;
    const sorted = heights.map(([height]) => height).sort((a, b) => a - b);
    const mean = sorted.reduce((a, b) => a + b) / sorted.length;
    const weight = heights.reduce((sum, [, sigma]) => sum + 1 / sigma ** 2, 0);
    const of = (name: string) => Number(arrays[name]?.[i]);
    // Stored in float32.
    const near = (name: string, value: number) => expect(of(name) / value, name).toBeCloseTo(1, 6);
    expect([of("count"), of("h_min"), of("h_max")]).toEqual([sorted.length, sorted[0], sorted.at(-1)]);
    near("h_mean", heights.reduce((sum, [h, s]) => sum + h / s ** 2, 0) / weight);
    near("h_sigma", 1 / Math.sqrt(weight));
    const variance = sorted.reduce((sum, height) => sum + (height - mean) ** 2, 0) / sorted.length;
    if (sorted.length > 1) near("h_variance", variance);
    near("h_q25", quantile(sorted, 0.25));
    near("h_q50", quantile(sorted, 0.5));
  }
});

test("the counts of the shards add up to what the granules hold", async () => {
  const { summary } = await run(planOf(), newStores());
  const rows = sampleGranules.map(({ beams }) =>
    beams.reduce((sum, { columns }) => sum + (columns.latitude?.length ?? 0), 0),
  );
  const listed = catalog.shards.flatMap(({ granules }) => granules);
  expect(summary.points_read).toBe(listed.reduce((sum, granule) => sum + (rows[granule] as number), 0));
  const beams = listed.map((granule) => sampleGranules[granule]?.beams.length ?? 0);
  expect(summary.granules).toEqual({ attempted: listed.length, read: 9, empty: 1, failed: 0 });
  const { attempted, absent, read, empty, failed } = summary.groups;
  expect([attempted, failed]).toEqual([6 * listed.length, 0]);
  expect(absent).toBe(attempted - beams.reduce((a, b) => a + b));
  expect(read + empty).toBe(attempted - absent);
});

test("a shard that the plan does not have", async () => {
  const { context } = await setUp();
  await expect(processShard(context, task(99))).rejects.toThrow("none at 99");
});

describe("a shard whose time is up", () => {
  test.each([
    [new Error("the deadline is near"), "the deadline is near"],
    ["stop", "stop"],
  ])("has failed, and nothing of it is left (%s)", async (reason, message) => {
    const { plan, stores, context } = await setUp(planOf(undefined, ALONE));
    await processShard(context, task(1));
    expect(await stores.product.head("8/count/c/1")).toBeDefined();
    const opening: ShardContext = {
      ...context,
      open: (granule) => wrap(files(granule), { read: () => new Promise(() => undefined) }),
    };
    const late = new AbortController();
    const record = processShard(opening, { index: 1, attempt: 2, allowPartial: true }, late.signal);
    late.abort(reason);
    expect(await record).toMatchObject({
      shard: plan.shards[1]?.id,
      attempt: 2,
      state: "failed",
      failures: [{ kind: "timeout", code: "deadline", message }],
      chunks: [],
    });
    expect((await record).peakMemory).toBeGreaterThan(0);
    expect(await stores.product.head("8/count/c/1")).toBeUndefined();
  });
});

describe("what cannot be computed is the shard's failure, and the run goes on", () => {
  const withStatistic = (name: string, statistic: Partial<StatisticConfig>) => {
    const { variables } = config.aggregation;
    return planOf(catalog, {
      aggregation: {
        ...config.aggregation,
        variables: { ...variables, [name]: { ...variables.count, ...statistic } as StatisticConfig },
      },
    });
  };

  test("a value that does not fit its dtype", async () => {
    const plan = withStatistic("highest", { function: "max", dtype: "int8" });
    const stores = newStores();
    const { summary } = await run(plan, stores);
    expect(summary).toMatchObject({ failed: 4, empty: 1, written: 0 });
    expect(summary.failures[0]).toMatchObject({ kind: "unsupported" });
    expect(summary.failures[0]?.message).toMatch(/highest.*int8/);
    const chunks = Object.keys(await storeDigests(stores.product)).filter((key) => key.includes("/count/c/"));
    expect(chunks).toEqual(["8/count/c/0"]);
    // Another run of the same plan would fail in the same way, whatever is allowed.
    expect((await run(plan, stores, { allowPartial: true })).ran).toEqual([]);
  });

  test("a mistake of ours", async () => {
    const { context } = await setUp();
    const record = await processShard({ ...context, reading: { ...context.reading, columns: [] } }, task(1));
    expect(record).toMatchObject({ state: "failed", failures: [{ kind: "internal", code: "internal" }] });
  });
});

describe("a shard without one of its granules", () => {
  const open: ShardContext["open"] = (granule) =>
    granule.id === sampleGranules[0]?.id ? files({ ...granule, file: "/gone.h5" }) : files(granule);

  test("has failed with its name; where that is allowed it is partial, and has the others' points", async () => {
    const { plan, stores, context } = await setUp();
    const failed = await processShard({ ...context, open }, task(2));
    expect(failed).toMatchObject({
      state: "failed",
      counts: { granules: { attempted: 3, read: 2, failed: 1 }, pointsKept: 0 },
      failures: [{ granule: sampleGranules[0]?.id, kind: "missing", code: "not-found" }],
      chunks: [],
    });
    const partial = await processShard({ ...context, open }, { index: 2, attempt: 2, allowPartial: true });
    expect(partial).toMatchObject({ state: "partial", attempt: 2, failures: failed.failures });
    expect(partial.counts.pointsKept).toBeGreaterThan(0);
    expect(partial.granules.map(({ id }) => id)).toEqual(
      plan.shards[2]?.granules.map((g) => plan.granules[g]?.id),
    );

    const without = {
      ...catalog,
      shards: catalog.shards.map((each) => ({ ...each, granules: each.granules.filter((g) => g !== 0) })),
    };
    const others = newStores();
    await run(planOf(without), others);
    expect(await stores.product.get("8/h_mean/c/2")).toEqual(await others.product.get("8/h_mean/c/2"));
  });

  test("is failed even so where none of them can be read", async () => {
    const { context } = await setUp();
    const record = await processShard(
      { ...context, open: (granule) => files({ ...granule, file: "/gone.h5" }) },
      task(2, true),
    );
    expect(record).toMatchObject({
      state: "failed",
      counts: { granules: { attempted: 3, failed: 3 } },
      chunks: [],
    });
  });

  test("groups that are in none of its granules are a path that does not fit, not an absence of data", async () => {
    const dataSource = { ...config.dataSource, groups: ["gtx"] };
    const { summary } = await run(planOf(catalog, { dataSource }), newStores());
    expect(summary).toMatchObject({ failed: 5, written: 0, empty: 0 });
    expect(new Set(summary.failures.map(({ code }) => code))).toEqual(new Set(["no-groups"]));
    expect(summary.failures[0]?.message).toMatch(
      /none of the groups gtx is in any of the shard's 3 granules/,
    );
  });
});
