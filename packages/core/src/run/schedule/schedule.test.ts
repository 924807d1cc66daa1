import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExtractReceipt } from "../../extract/index.js";
import { planOf } from "../../testing/sample-run.js";
import type { Plan } from "../plan/plan.js";
import { hasFailed, type ShardTask } from "./backend.js";
import { type Job, schedule } from "./schedule.js";

const sample = planOf();

/** A plan of which only the lists matter: `shards[k]` has the positions of its granules. */
function planWith(granules: number, shards: readonly (readonly number[])[]): Plan {
  return {
    ...sample,
    granules: Array.from({ length: granules }, (_, i) => ({ id: `${i}.h5`, size: 2 ** (i % 5) })),
    shards: shards.map((of, nested) => ({ id: `-${nested + 1}`, nested, granules: of })),
    shardsPerObject: 3,
  };
}

const tasksOf = (plan: Plan, allowPartial = false): ShardTask[] =>
  plan.shards.map((_, index) => ({ index, attempt: 1, allowPartial }));

function receipt(plan: Plan, granule: number, shards: readonly number[]): ExtractReceipt {
  return {
    format: "zagg-extract/1",
    key: "key",
    id: plan.granules[granule]?.id ?? "",
    version: { size: 1 },
    columns: ["h"],
    groups: [],
    shards: shards.map((index) => plan.shards[index]?.nested as number),
    parts: [],
    slices: [],
    dropped: {},
    counts: { rows: 1, withoutCoordinates: 0, unlisted: 0, bytes: 1, requests: 1, retries: 0 },
  };
}

const failure = (kind: string, id = "") => ({
  id,
  failure: { kind: kind as "network", code: "x", message: "x" },
});

/** Does all jobs one at a time, and gives them in their order. */
function workOff(
  plan: Plan,
  todo: ReturnType<typeof schedule>,
  failing: ReadonlyMap<number, string> = new Map(),
) {
  const jobs: Job[] = [];
  const lost: number[] = [];
  for (let job = todo.next(2); job; job = todo.next(2)) {
    todo.begin(job);
    jobs.push(job);
    if (job.kind === "shard") todo.done(job.task.index);
    if (job.kind !== "read") continue;
    for (const { granule, shards } of job.tasks) {
      const kind = failing.get(granule);
      const result = kind ? failure(kind, plan.granules[granule]?.id) : receipt(plan, granule, shards);
      for (const { index } of todo.take({ granule, result })) {
        lost.push(index);
        todo.done(index);
      }
    }
  }
  const read = jobs.flatMap((job) => (job.kind === "read" ? job.tasks : []));
  const run = jobs.flatMap((job) => (job.kind === "shard" ? [job.task] : []));
  return { jobs, read, run, lost };
}

const plans = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .chain(([granules, shards]) =>
    fc
      .array(fc.subarray([...Array(granules).keys()]), { minLength: shards, maxLength: shards })
      .map((lists) => planWith(granules, lists)),
  );

describe("whatever the plan", () => {
  test("every granule is read once, for all shards that list it, before each of them; every shard runs once", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { jobs, read, run, lost } = workOff(plan, schedule(plan, tasksOf(plan), ["h"], { keep: true }));
        const listed = (granule: number) =>
          plan.shards.flatMap(({ granules }, index) => (granules.includes(granule) ? [index] : []));
        const used = [...new Set(plan.shards.flatMap(({ granules }) => granules))].sort();
        expect(read.map(({ granule }) => granule).sort()).toEqual(used);
        for (const { granule, shards } of read) expect(shards).toEqual(listed(granule));
        expect(run.map(({ index }) => index).sort()).toEqual([...plan.shards.keys()]);
        expect(lost).toEqual([]);
        const done = new Set<number>();
        for (const job of jobs) {
          if (job.kind === "read") for (const { granule } of job.tasks) done.add(granule);
          if (job.kind === "shard")
            expect(plan.shards[job.task.index]?.granules.every((granule) => done.has(granule))).toBe(true);
        }
        for (const { index, granules } of run) {
          expect(granules?.map((input) => input?.id)).toEqual(
            plan.shards[index]?.granules.map((g) => `${g}.h5`),
          );
        }
      }),
    );
  });

  test("what was kept is not read again, and shards whose granules all were run at once", () => {
    fc.assert(
      fc.property(plans, fc.func(fc.boolean()), (plan, isKept) => {
        const kept = new Map<string, ExtractReceipt[]>();
        for (const [granule, { id }] of plan.granules.entries()) {
          const shards = [...plan.shards.keys()].filter((index) => isKept(granule, index));
          kept.set(id, [receipt(plan, granule, shards)]);
        }
        const { read, run } = workOff(plan, schedule(plan, tasksOf(plan), ["h"], { kept, keep: true }));
        for (const { granule, shards } of read) {
          expect(shards.length).toBeGreaterThan(0);
          for (const index of shards) expect(isKept(granule, index)).toBe(false);
        }
        expect(run.map(({ index }) => index).sort()).toEqual([...plan.shards.keys()]);
      }),
    );
  });
});

test("a block is packed once, as soon as the last of its shards is done, whatever became of it", () => {
  const failing = new Map([[1, "network"]]);
  fc.assert(
    fc.property(plans, (plan) => {
      const { jobs, lost } = workOff(plan, schedule(plan, tasksOf(plan), ["h"], { keep: true }), failing);
      const done = new Set(lost);
      const packed: number[] = [];
      for (const job of jobs) {
        if (job.kind === "shard") done.add(job.task.index);
        if (job.kind !== "pack") continue;
        packed.push(job.block);
        for (const index of plan.shards.keys()) {
          if (Math.floor(index / 3) === job.block) expect(done).toContain(index);
        }
      }
      expect(packed.sort()).toEqual([...Array(Math.ceil(plan.shards.length / 3)).keys()]);
    }),
  );
  const alone = { ...planWith(1, [[0], [0]]), shardsPerObject: 1 };
  const { jobs } = workOff(alone, schedule(alone, tasksOf(alone), ["h"]));
  expect(jobs.map(({ kind }) => kind)).toEqual(["read", "shard", "shard"]);
});

describe("a granule that fails", () => {
  const plan = planWith(4, [[0, 1], [1, 2], [3]]);

  test("of the source: its shards are lost at once, and what only they need is not read", () => {
    for (const kind of ["network", "auth"]) {
      const todo = schedule(plan, tasksOf(plan), ["h"]);
      const { read, run, lost } = workOff(plan, todo, new Map([[1, kind]]));
      expect(lost.sort()).toEqual([0, 1]);
      expect(run.map(({ index }) => index)).toEqual([2]);
      expect(read.map(({ granule }) => granule)).not.toEqual([0, 1, 2, 3]);
    }
  });

  test("of itself, or where shards without it are allowed: they run, and are told", () => {
    const broken = workOff(plan, schedule(plan, tasksOf(plan), ["h"]), new Map([[1, "corrupt"]]));
    const allowed = workOff(plan, schedule(plan, tasksOf(plan, true), ["h"]), new Map([[1, "network"]]));
    for (const { lost, run } of [broken, allowed]) {
      expect(lost).toEqual([]);
      const failed = run.map(({ granules = [] }) =>
        granules.flatMap((input) => (input && hasFailed(input) ? [input.id] : [])),
      );
      expect(failed.flat()).toEqual(["1.h5", "1.h5"]);
    }
  });
});

test("a single shard reads its granules itself, but for what is kept of them", () => {
  const plan = planWith(3, [[0, 1, 2]]);
  const kept = new Map([["1.h5", [receipt(plan, 1, [0])]]]);
  const { read, run } = workOff(plan, schedule(plan, tasksOf(plan), ["h"], { kept }));
  expect(read).toEqual([]);
  expect(run.map(({ granules }) => granules?.map((input) => input?.id))).toEqual([
    [undefined, "1.h5", undefined],
  ]);
});

test("the largest granules come first, four at a time; the last are shared out", () => {
  const plan = planWith(20, [[...Array(20).keys()]]);
  const { jobs } = workOff(plan, schedule(plan, tasksOf(plan), ["h"], { keep: true }));
  const sizes = jobs.map((job) => (job.kind === "read" ? job.tasks.length : 0));
  expect(sizes.slice(0, 3)).toEqual([4, 4, 3]);
  expect(sizes.slice(-3)).toEqual([1, 0, 0]); // the shard and its block
  const first = jobs[0]?.kind === "read" ? jobs[0].tasks : [];
  expect(first.map(({ granule }) => plan.granules[granule]?.size)).toEqual([16, 16, 16, 16]);
});
