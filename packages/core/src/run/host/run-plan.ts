import { defined } from "../../terms/index.js";
import type { Flaw } from "../check/settle.js";
import type { RunMode } from "../plan/mode.js";
import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import type { ShardState } from "../record/outcome.js";
import type { ShardRecord } from "../record/shard-record.js";
import type { Todo } from "../record/todo.js";
import {
  type Backend,
  type GranuleProgress,
  hasFailed,
  isGranuleRead,
  isShardRecord,
  type ShardTask,
} from "../schedule/backend.js";
import { taskOrder } from "../schedule/task-order.js";
import { unlessStopped } from "../stores/obey.js";
import type { PrepareProgress } from "./prepare.js";
import type { PrepareRequest, RunHost } from "./run-host.js";
import { type RunSummary, RunTally } from "./run-summary.js";

/** How often shards are done again that do not stand as they were recorded, before the run ends as it is. */
const REPAIR_ROUNDS = 3;

/** Granules, or shards with all of theirs, that could not be fetched one after another: then the source is taken to be down. */
const UNREACHABLE = 3;

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
  /**
   * Stops the run: shards that are under way are finished, the summary says so. While the stores are still made ready
   * the run throws `ZaggError` of kind `aborted` at once instead.
   */
  readonly signal?: AbortSignal;
  /** Told at the beginning of each phase, and again as making the stores ready goes on. */
  readonly onPhase?: (phase: RunPhase, progress?: PrepareProgress) => void;
  readonly onStart?: (start: RunStart) => void;
  readonly onRead?: (progress: ReadProgress) => void;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onMend?: (mend: RunMend) => void;
}

/** What a run is at. Only while shards are `running` is there something under way that a stop must let end. */
export type RunPhase = "preparing" | "running" | "closing";

/** What is not as it should be after the last shard, and is put right: by others, by the disk, by the granules. */
export interface RunMend {
  /** Keys of metadata and coordinates that have been written again. */
  readonly mended: readonly string[];
  /** Shards that are done again, and why. */
  readonly redone: readonly Flaw[];
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

/** After each granule that was gone through for several shards. */
export interface ReadProgress {
  readonly read: GranuleProgress;
  /** Granules that were gone through, and those that are to be. */
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
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
  options.onPhase?.("preparing");
  const onProgress = (progress: PrepareProgress) => options.onPhase?.("preparing", progress);
  const { mode, ...work } = await unlessStopped(
    () => host.prepare(plan, request(options, select), defined({ signal: options.signal, onProgress })),
    options.signal,
  );
  const skipped = select.length - work.run.length;
  const skippedByState = countSkipped(select, work);
  options.onStart?.({ mode, total: work.run.length, skipped, skippedByState, reruns: work.reruns });

  const tally = new RunTally(work.states, skipped);
  await runShards(plan, work.run, work.attempts, tally, options);
  const undone = await mend(plan, select, tally, options);

  const summary = tally.summary(host.url, plan, {
    select,
    undone,
    allowPartial: options.allowPartial ?? false,
    interrupted: options.signal?.aborted ?? false,
  });
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
  { backend, signal, allowPartial = false, onPhase, onRead, onProgress }: RunOptions,
): Promise<void> {
  onPhase?.("running");
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
  let [read, done] = [0, 0];
  let unreachable = 0;
  for await (const event of backend.run(tasks, { signal: stop })) {
    const elapsedMs = performance.now() - started;
    if (isGranuleRead(event)) {
      tally.addRead(event);
      read++;
      onRead?.({ read: event, done: read, total: read + event.left, elapsedMs });
    } else if (isShardRecord(event)) {
      tally.add(event);
      done++;
      onProgress?.({ record: event, done, total: tasks.length, elapsedMs });
    }
    if (!isGranuleRead(event) && !isShardRecord(event)) continue;
    // Everything else would fail in the same way.
    if (triedSource(event)) unreachable = isUnreachable(event) ? unreachable + 1 : 0;
    if (isRefused(event)) tally.stoppedBy = "auth";
    else if (unreachable === UNREACHABLE) tally.stoppedBy ??= "upstream";
    if (tally.stoppedBy) hopeless.abort();
  }
  onPhase?.("closing");
}

type SourceEvent = GranuleProgress | ShardRecord;

/** Granules that were gone through, and shards that read theirs themselves. */
function triedSource(event: SourceEvent): boolean {
  return isGranuleRead(event) || event.counts.requests > 0;
}

/** Whether nothing at all came of the source. */
function isUnreachable(event: SourceEvent): boolean {
  if (isGranuleRead(event)) return hasFailed(event.result) && event.result.failure.kind === "network";
  const { granules } = event.counts;
  return (
    granules.attempted > 0 &&
    granules.failed === granules.attempted &&
    event.failures.every((failure) => failure.kind === "network")
  );
}

/** Whether our credentials are no good. */
function isRefused(event: SourceEvent): boolean {
  if (isGranuleRead(event)) return hasFailed(event.result) && event.result.failure.kind === "auth";
  return event.failures.some((failure) => failure.kind === "auth");
}

/**
 * Ends with a store that agrees with its records, and records that agree on their granules, whatever happened to them
 * meanwhile. Gives what is still wrong after some rounds, or where the run was stopped.
 */
async function mend(
  plan: Plan,
  select: readonly number[],
  tally: RunTally,
  options: RunOptions,
): Promise<readonly Flaw[]> {
  const selected = new Set(select);
  for (let round = 0; ; round++) {
    const { states, attempts, flaws, mended } = await options.host.settle(plan);
    const lost = [...tally.done].filter((index) => states[index] === "pending");
    const redo = [
      // Of the shards that were not asked for, the next run does those again whose granules have changed.
      ...flaws.filter(({ index, kind }) => kind !== "changed-granule" || selected.has(index)),
      ...lost.map((index): Flaw => ({ index, kind: "no-record", what: shardAt(plan, index).id })),
    ];
    const indexes = [...new Set(redo.map(({ index }) => index))];
    tally.correct(states, indexes);
    if (round === REPAIR_ROUNDS || options.signal?.aborted || tally.stoppedBy) return redo;
    if (mended.length + redo.length > 0) options.onMend?.({ mended, redone: redo });
    if (redo.length === 0) return [];
    await runShards(plan, indexes, attempts, tally, options);
  }
}

function weights(plan: Plan, indexes: readonly number[]) {
  return indexes.map((index) => {
    const granules = shardAt(plan, index).granules;
    return { index, weight: granules.reduce((sum, g) => sum + (granuleAt(plan, g).size ?? 1), 0) };
  });
}
