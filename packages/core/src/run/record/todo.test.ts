import { describe, expect, test } from "vitest";
import type { Plan } from "../plan/plan.js";
import { noCounts, type ShardFailure } from "./outcome.js";
import type { GranuleStamp, ShardRecord } from "./shard-record.js";
import { todo } from "./todo.js";

const plan = {
  identity: "i",
  recipe: "r",
  granules: [{ id: "a.h5" }, { id: "b.h5" }],
  shards: [
    { id: "-5121131", nested: 1, granules: [0] },
    { id: "-5121132", nested: 2, granules: [0, 1] },
    { id: "-5121133", nested: 3, granules: [] },
  ],
} as unknown as Plan;

function record(
  index: number,
  state: ShardRecord["state"],
  more: Partial<ShardRecord> = {},
): [string, ShardRecord] {
  const shard = plan.shards[index] as Plan["shards"][number];
  const granules = shard.granules.map((granule) => ({
    id: plan.granules[granule]?.id ?? "",
    size: 10,
    etag: "x",
  }));
  const rest = {
    counts: noCounts(),
    phases: { readMs: 0, aggregateMs: 0, writeMs: 0 },
    peakMemory: 0,
    finished: "2026-01-01T00:00:00.000Z",
    chunks: [],
  };
  const base = {
    format: "zagg-shard/2",
    identity: "i",
    recipe: "r",
    shard: shard.id,
    index,
    attempt: 1,
  } as const;
  return [shard.id, { ...base, state, granules, failures: [], ...rest, ...more }];
}

const failure = (kind: ShardFailure["kind"]): ShardFailure => ({ kind, code: "c", message: "m" });
const decide = (
  records: [string, ShardRecord][],
  options: { retryFailed?: boolean; allowPartial?: boolean; stamps?: GranuleStamp[] } = {},
) =>
  todo(plan, new Map(records), [0, 1, 2], {
    ...options,
    stamps: new Map((options.stamps ?? []).map((stamp) => [stamp.id, stamp])),
  });

describe("what a run still has to do", () => {
  test("shards without a record, and the next attempt at each", () => {
    const found = decide([record(0, "written", { attempt: 2 })]);
    expect(found.run).toEqual([1, 2]);
    expect(found.states).toEqual(["written", "pending", "pending"]);
    expect(found.attempts).toEqual([3, 1, 1]);
  });

  test("failures that may pass, but not those that cannot, unless asked", () => {
    const records = [
      record(0, "failed", { failures: [failure("corrupt")] }),
      record(1, "failed", { failures: [failure("network")] }),
      record(2, "empty"),
    ];
    expect(decide(records).run).toEqual([1]);
    expect(decide(records, { retryFailed: true }).run).toEqual([0, 1]);
  });

  test("where partial shards are allowed, those that could be written without the granules that failed", () => {
    const granules = (attempted: number, failed: number) => ({
      ...noCounts(),
      granules: { attempted, read: attempted - failed, empty: 0, failed },
    });
    const corrupt = { ...failure("corrupt"), granule: "a.h5" };
    const decideOn = (more: Partial<ShardRecord>, allowPartial = true) =>
      decide([record(0, "written"), record(1, "failed", more), record(2, "empty")], { allowPartial });
    const one = { failures: [corrupt], counts: granules(2, 1) };
    expect(decideOn(one).run).toEqual([1]);
    expect(decideOn(one).reruns).toEqual({ "allow-partial": 1 });
    expect(decideOn(one, false).run).toEqual([]);
    expect(decideOn({ failures: [corrupt, corrupt], counts: granules(2, 2) }).run).toEqual([]);
    expect(decideOn({ failures: [corrupt, failure("unsupported")], counts: granules(2, 1) }).run).toEqual([]);
    const partial = record(1, "partial", one);
    expect(decide([record(0, "written"), partial, record(2, "empty")], { allowPartial: true }).run).toEqual(
      [],
    );
  });

  test("shards whose granules changed", () => {
    const records = [
      record(0, "written"),
      record(1, "failed", { failures: [failure("corrupt")] }),
      record(2, "empty"),
    ];
    const found = decide(records, { stamps: [{ id: "b.h5", size: 11, etag: "y" }] });
    expect(found.run).toEqual([1]);
    expect(found.reruns).toEqual({ "changed-granules": 1 });
  });

  test("shards made from other granules or by another recipe no longer stand", () => {
    const found = decide([
      record(0, "written", { granules: [] }),
      record(1, "written", { recipe: "q" }),
      record(2, "empty"),
    ]);
    expect(found.run).toEqual([0, 1]);
    expect(found.states).toEqual(["pending", "pending", "empty"]);
  });
});
