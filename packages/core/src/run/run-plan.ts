import { defined } from "../terms/index.js";
import type { Backend, ShardTask } from "./backend.js";
import type { RunMode } from "./mode.js";
import type { ShardState } from "./outcome.js";
import { granuleAt, type Plan, shardAt } from "./plan.js";
import type { PrepareRequest, RunHost } from "./run-host.js";
import { type RunSummary, RunTally } from "./run-summary.js";
import type { ShardRecord } from "./shard-record.js";
import { taskOrder } from "./task-order.js";
import type { Todo } from "./todo.js";

/** How often shards whose chunks another run took away are done again before the run ends as it is. */
const REPAIR_ROUNDS = 3;

/** Shards one after another of which no granule could be fetched: then the source is taken to be down. */
const UNREACHABLE_SHARDS = 3;

export interface RunOptions extends Omit<PrepareRequest, "select"> {
  readonly backend: Backend;
  /** Who makes the stores ready and closes them: see `storeHost`. */
  readonly host: RunHost;
  /** Positions of the shards to run now; the others stay as they are. Default: all. */
  readonly select?: readonly number[];
  /**
   * Write a shard without the granules that cannot be read, and call it partial, those too that failed for such
   * granules before. Default: false.
   */
  readonly allowPartial?: boolean;
  /** Stops the run: what is under way is finished, the summary says so. */
  readonly signal?: AbortSignal;
  readonly onStart?: (start: RunStart) => void;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** Before the first shard. */
export interface RunStart {
  readonly mode: RunMode;
  /** Shards to run now, and those of the selection that are done already. */
  readonly total: number;
  readonly skipped: number;
  /** The latter by state: `failed` and `partial` ones are skipped where only other granules would help. */
  readonly skippedByState: Readonly<Partial<Record<ShardState, number>>>;
  /** Of those to run, how many run again, by reason. */
  readonly reruns: Todo["reruns"];
}

/** After each shard. */
export interface RunProgress {
  readonly record: ShardRecord;
  /** Shards done by this run, and shards it set out to do. */
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/**
 * Makes, or goes on making, the product of a plan: hands the shards that are not done to the backend, and closes
 * with what is true of each. Shards that fail are in the summary; it throws `ZaggError` only where the run as a
 * whole cannot go on.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * const backend = localBackend(plan, "output.zarr", 2);
 * const summary = await runPlan(plan, { backend, host: storeHost(openStores("output.zarr")) });
 * await backend.close();
 * summary.failed; // => 0
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunSummary> {
  const { host, select = plan.shards.map((_, index) => index) } = options;
  const { mode, ...work } = await host.prepare(plan, request(options, select));
  const skipped = select.length - work.run.length;
  const skippedByState = countSkipped(select, work);
  options.onStart?.({ mode, total: work.run.length, skipped, skippedByState, reruns: work.reruns });

  const tally = new RunTally(work.states, skipped);
  await runShards(plan, work.run, work.attempts, tally, options);
  await mend(plan, tally, options);

  const summary = tally.summary(host.url, plan, options.signal?.aborted ?? false);
  await host.finish(plan, tally.states, summary);
  return summary;
}

/** What of the options concerns the stores: plain JSON, for it may travel. */
function request(options: RunOptions, select: readonly number[]): PrepareRequest {
  const { overwrite, update, allowContraction, retryFailed, allowPartial } = options;
  return defined({ select, overwrite, update, allowContraction, retryFailed, allowPartial });
}

function countSkipped(select: readonly number[], { run, states }: Todo): RunStart["skippedByState"] {
  const toRun = new Set(run);
  const counts: Partial<Record<ShardState, number>> = {};
  for (const index of select) {
    const state = states[index] as ShardState;
    if (!toRun.has(index)) counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

async function runShards(
  plan: Plan,
  indexes: readonly number[],
  attempts: readonly number[],
  tally: RunTally,
  { backend, signal, allowPartial = false, onProgress }: RunOptions,
): Promise<void> {
  const tasks = taskOrder(weights(plan, indexes)).map(
    (index): ShardTask => ({
      index,
      attempt: attempts[index] as number,
      // What was allowed once stays so: else a granule that is still missing would cost the others' data.
      allowPartial: allowPartial || tally.states[index] === "partial",
    }),
  );
  const hopeless = new AbortController();
  const stop = signal ? AbortSignal.any([signal, hopeless.signal]) : hopeless.signal;
  const started = performance.now();
  let done = 0;
  let unreachable = 0;
  for await (const record of backend.run(tasks, { signal: stop })) {
    tally.add(record);
    done++;
    onProgress?.({ record, done, total: tasks.length, elapsedMs: performance.now() - started });
    // Every other shard would fail in the same way.
    unreachable = isUnreachable(record) ? unreachable + 1 : 0;
    if (record.failures.some((failure) => failure.kind === "auth")) tally.stoppedBy = "auth";
    else if (unreachable === UNREACHABLE_SHARDS) tally.stoppedBy ??= "upstream";
    if (tally.stoppedBy) hopeless.abort();
  }
}

/** Whether nothing at all came of the source. */
function isUnreachable({ failures, counts: { granules } }: ShardRecord): boolean {
  return (
    granules.attempted > 0 &&
    granules.failed === granules.attempted &&
    failures.every((failure) => failure.kind === "network")
  );
}

/** Ends with a store that agrees with its records, whatever another run did to it meanwhile. */
async function mend(plan: Plan, tally: RunTally, options: RunOptions): Promise<void> {
  for (let round = 0; ; round++) {
    const { states, attempts, damaged } = await options.host.settle(plan);
    tally.correct(states, damaged);
    const over = round === REPAIR_ROUNDS || options.signal?.aborted || tally.stoppedBy;
    if (damaged.length === 0 || over) return;
    await runShards(plan, damaged, attempts, tally, options);
  }
}

function weights(plan: Plan, indexes: readonly number[]) {
  return indexes.map((index) => {
    const granules = shardAt(plan, index).granules;
    return { index, weight: granules.reduce((sum, g) => sum + (granuleAt(plan, g).size ?? 1), 0) };
  });
}
