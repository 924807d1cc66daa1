import { blockOf } from "@zagg/product";
import { type ExtractReceipt, slicesOf } from "../../extract/index.js";
import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import {
  type FailedGranule,
  type GranuleInput,
  type GranuleRead,
  hasFailed,
  type ReadTask,
  type ShardTask,
} from "./backend.js";
import { taskOrder } from "./task-order.js";

/** What can be begun: granules to go through, a shard of which all has been read, a block whose shards are all done. */
export type Job =
  | { readonly kind: "read"; readonly tasks: readonly ReadTask[] }
  | { readonly kind: "shard"; readonly task: ShardTask }
  | { readonly kind: "pack"; readonly block: number };

/** What a run has still to do, and what of that can be begun: a decision from plan, tasks and what was read alone. */
export interface Schedule {
  /**
   * What to begin next, and undefined where nothing can be: what is under way comes first. Blocks come before shards, and
   * those before granules.
   */
  next(workers: number): Job | undefined;
  /** Takes note that a job was begun: it comes no more. */
  begin(job: Job): void;
  /** Takes in a granule; gives the shards that are lost by that, which come no more. */
  take(read: Pick<GranuleRead, "granule" | "result">): ShardTask[];
  /** Takes in that a shard has its record, whatever it says. */
  done(index: number): void;
  /** Granules that have not been taken in. */
  readonly left: number;
}

/** Granules that are gone through side by side on one worker, at most: a slow line is full, and little memory taken. */
const BATCH = 4;

/** Failures after which the rest of a shard need not be read: those of the source, each of which may take minutes. */
const HOPELESS: ReadonlySet<string> = new Set(["network", "auth"]);

export interface ScheduleOptions {
  /** Receipts of earlier runs, by granule id, whose shards are not read again. */
  readonly kept?: ReadonlyMap<string, readonly ExtractReceipt[]>;
  /** Extracts serve later runs: they are made for a single shard, too. */
  readonly keep?: boolean;
}

/**
 * The schedule of a run: every granule is read once for all the shards of `tasks` that list it, the largest first; a shard
 * runs as soon as all of its granules are there, heaviest first; a block is packed when the last of its shards is done. A single shard reads its granules itself: extracts would be
 * written to be read once. `columns`: those that the shards take from extracts.
 */
export function schedule(
  plan: Plan,
  tasks: readonly ShardTask[],
  columns: readonly string[],
  { kept = new Map(), keep = false }: ScheduleOptions = {},
): Schedule {
  const receipts = new Map<number, ExtractReceipt[]>();
  const failed = new Map<number, FailedGranule>();
  /** Tasks by granule that is to be read for them; and of each task, how many of those there are. */
  const waiting = new Map<number, Set<ShardTask>>();
  const missing = new Map<ShardTask, number>();
  const alone = tasks.length === 1 && !keep;
  for (const task of tasks) {
    const { granules, nested } = shardAt(plan, task.index);
    const unread = granules.filter((granule) => {
      const found = kept.get(granuleAt(plan, granule).id) ?? [];
      receipts.set(granule, [...found]);
      return !alone && !found.some(({ shards }) => shards.includes(nested));
    });
    missing.set(task, unread.length);
    for (const granule of unread) waiting.set(granule, (waiting.get(granule) ?? new Set()).add(task));
  }
  const size = (granule: number) => granuleAt(plan, granule).size ?? 1;
  const weight = (task: ShardTask) => shardAt(plan, task.index).granules.reduce((sum, g) => sum + size(g), 0);
  const toRead = taskOrder([...waiting.keys()].map((granule) => ({ index: granule, weight: size(granule) })));
  const byIndex = new Map(tasks.map((task) => [task.index, task]));
  const order = taskOrder(tasks.map((task) => ({ index: task.index, weight: weight(task) })));
  const ready = new Set(order.filter((index) => missing.get(byIndex.get(index) as ShardTask) === 0));
  const lost = new Set<ShardTask>();
  /** Blocks, and how many of their shards are to be done; none where each shard is an object. */
  const unpacked = new Map<number, number>();
  for (const { index } of plan.shardsPerObject === 1 ? [] : tasks) {
    const { block } = blockOf(plan, index);
    unpacked.set(block, (unpacked.get(block) ?? 0) + 1);
  }

  function input(granule: number, nested: number): GranuleInput | undefined {
    const receipt = receipts.get(granule)?.find(({ shards }) => shards.includes(nested));
    return receipt ? slicesOf(receipt, nested, columns) : failed.get(granule);
  }

  function wantedOf(granule: number): number[] {
    const wanted = [...(waiting.get(granule) ?? [])].filter((task) => !lost.has(task));
    return wanted.map(({ index }) => index).sort((a, b) => a - b);
  }

  return {
    next(workers) {
      for (const [block, left] of unpacked) if (left === 0) return { kind: "pack", block };
      const [index] = ready;
      if (index !== undefined) {
        const task = byIndex.get(index) as ShardTask;
        const { granules, nested } = shardAt(plan, index);
        return {
          kind: "shard",
          task: { ...task, granules: granules.map((granule) => input(granule, nested)) },
        };
      }
      while (toRead.length > 0 && wantedOf(toRead[0] as number).length === 0)
        waiting.delete(toRead.shift() as number);
      if (toRead.length === 0) return undefined;
      // The last ones are shared out, so that no worker has several left where another has none.
      const batch = toRead.slice(0, Math.max(1, Math.min(BATCH, Math.ceil(toRead.length / (2 * workers)))));
      return { kind: "read", tasks: batch.map((granule) => ({ granule, shards: wantedOf(granule) })) };
    },
    begin(job) {
      if (job.kind === "pack") unpacked.delete(job.block);
      else if (job.kind === "shard") ready.delete(job.task.index);
      else toRead.splice(0, job.tasks.length);
    },
    take({ granule, result }) {
      const tasksOf = [...(waiting.get(granule) ?? [])].filter((task) => !lost.has(task));
      waiting.delete(granule);
      if (hasFailed(result)) failed.set(granule, result);
      else receipts.set(granule, [...(receipts.get(granule) ?? []), result]);
      const hopeless = hasFailed(result) && HOPELESS.has(result.failure.kind);
      return tasksOf.filter((task) => {
        const left = (missing.get(task) as number) - 1;
        missing.set(task, left);
        if (hopeless && !task.allowPartial) return lost.add(task);
        if (left === 0) ready.add(task.index);
        return false;
      });
    },
    done(index) {
      const { block } = blockOf(plan, index);
      const left = unpacked.get(block);
      if (left !== undefined) unpacked.set(block, left - 1);
    },
    get left() {
      return waiting.size;
    },
  };
}
