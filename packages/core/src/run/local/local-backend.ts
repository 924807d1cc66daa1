import { passOnWait, type Waiting } from "@zagg/storage";
import { keptExtracts } from "../../extract/index.js";
import { defined, machineError, ZaggError } from "../../terms/index.js";
import { jobMemory, localMemory } from "../forecast/shard-memory.js";
import { extractColumns, extractKey } from "../plan/extract-key.js";
import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import { lostWorkerRecord } from "../record/lost-record.js";
import type { ShardFailure } from "../record/outcome.js";
import type { PackReceipt } from "../record/pack-receipt.js";
import { putRecord } from "../record/put-record.js";
import type { ShardRecord } from "../record/shard-record.js";
import {
  type Backend,
  type BackendEvent,
  type GranuleRead,
  isGranuleRead,
  isShardRecord,
  type ShardTask,
} from "../schedule/backend.js";
import { type Job, schedule } from "../schedule/schedule.js";
import { extractsPlace, openExtracts, removeExtracts } from "../stores/extracts-place.js";
import { openStores } from "../stores/open-store.js";
import { granuleOpener, granuleProbe } from "../task/open-granule.js";
import { packBlock } from "../task/pack-block.js";
import { clearShard, shardContext } from "../task/process-shard.js";
import { startThreads } from "./threads.js";
import type { WorkerAnswer, WorkerData, WorkerJob } from "./worker.js";

/** Threads run compiled code only: where this file is run from its source, they take the build beside it. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/run/local/worker.js" : "./worker.js",
  import.meta.url,
);

/** Little of what a shard allocates lives long: V8 would let this grow to 48 MB, which saves no time. */
const YOUNG_GENERATION_MB = 6;

/** What a job comes to. */
type JobResult = ShardRecord | GranuleRead | PackReceipt;

export interface LocalOptions {
  /** Folder that keeps what is fetched of remote granules, and its bound in bytes. Default: none. */
  readonly cache?: WorkerData["cache"];
  /**
   * Folder of extracts that stay, for other runs and products. Default: `<store>.run/extracts`, which is removed when
   * every shard of the plan is written or empty.
   */
  readonly extracts?: string | undefined;
  /** Plans of other products that extracts are to serve, too: their columns are read with the plan's own. */
  readonly alongside?: readonly Plan[] | undefined;
  /** What jobs may take together, bytes; one that would not fit alone runs alone. Default: most of this machine's. */
  readonly memory?: number;
}

/**
 * Granules and shards on worker threads of this machine, one job at a time on each, and no more together than fit into
 * the memory as far as {@link jobMemory} can tell.
 */
export function localBackend(
  plan: Plan,
  target: string,
  workers: number,
  { cache, extracts, alongside, memory = localMemory() }: LocalOptions = {},
): Backend {
  const stores = openStores(target);
  const place = extracts ?? extractsPlace(stores.run.url);
  const kept = openExtracts(place);
  const open = granuleOpener(plan.config.dataSource.driver);
  const context = shardContext(plan, stores, open);
  const probe = granuleProbe(open);
  const workerData: WorkerData = defined({ plan, target, extracts: place, alongside, cache });
  const options = {
    workerData,
    // Not the flags of this process: a test runner's would lead the built worker back to sources.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  };
  const threads = startThreads<WorkerJob, WorkerAnswer, Waiting>(WORKER, options, passOnWait);

  async function work(job: Job): Promise<readonly JobResult[]> {
    if (job.kind === "pack") {
      const packed = await packBlock(context, job.block); // it computes nothing
      return packed ? [packed] : [];
    }
    let answer: WorkerAnswer;
    try {
      answer = await threads.run(job);
    } catch (error) {
      const limit = machineError(error);
      if (limit && limit.code !== "out-of-memory") throw limit; // no thread can start
      const ended = error as Error & { code?: string };
      if (job.kind === "shard") {
        const lost = lostWorkerRecord(plan, job.task, workerEnded(ended, "shard"));
        return [await putRecord(stores.run, plan, lost)];
      }
      // Which of them it was is not known: one by one they tell.
      if (job.tasks.length > 1) {
        const alone = [];
        for (const task of job.tasks) alone.push(...(await work({ kind: "read", tasks: [task] })));
        return alone;
      }
      return job.tasks.map(({ granule }) => unreadable(plan, granule, workerEnded(ended, "granule")));
    }
    if ("record" in answer) return [answer.record];
    if ("reads" in answer) return answer.reads;
    throw new ZaggError(answer.kind, answer.code, answer.message);
  }

  /** Of a shard that is lost before the rest of its granules is read. */
  async function giveUp(task: ShardTask, { result }: GranuleRead): Promise<ShardRecord> {
    await clearShard(context, task.index);
    const { failure } = result as { failure: ShardFailure };
    const record = lostWorkerRecord(plan, task, { ...failure, granule: result.id });
    record.counts.granules.attempted = record.counts.granules.failed = 1;
    return putRecord(stores.run, plan, record);
  }

  /** Receipts of earlier runs, of the granules that these shards need. */
  function receiptsFor(tasks: readonly ShardTask[]) {
    const positions = new Set(tasks.flatMap(({ index }) => shardAt(plan, index).granules));
    const granules = new Map(
      [...positions].map((position) => [granuleAt(plan, position).id, granuleAt(plan, position)]),
    );
    return keptExtracts(kept, new Set(granules.keys()), {
      key: extractKey(plan, context.reading),
      columns: extractColumns(context.reading),
      version: async (id) => granules.get(id) && probe(granules.get(id) as ReturnType<typeof granuleAt>),
    });
  }

  return {
    async *run(tasks, { signal }): AsyncIterable<BackendEvent> {
      if (tasks.length === 0) return;
      const columns = extractColumns(context.reading);
      const keep = extracts !== undefined;
      const todo = schedule(plan, tasks, columns, { kept: await receiptsFor(tasks), keep });
      const underWay = new Map<Job, Promise<{ job: Job; events: readonly JobResult[] }>>();
      let taken = 0;
      try {
        for (;;) {
          while (underWay.size < workers && !signal?.aborted) {
            const job = todo.next(workers);
            const needed = job ? jobMemory(plan, job) : 0;
            if (!job || (underWay.size > 0 && taken + needed > memory)) break;
            todo.begin(job);
            taken += needed;
            const done = work(job).then((events) => ({ job, events }));
            done.catch(() => undefined); // said by the race below, or not at all when the run has ended
            underWay.set(job, done);
          }
          if (underWay.size === 0) return;
          const { job, events } = await Promise.race(underWay.values());
          underWay.delete(job);
          taken -= jobMemory(plan, job);
          for (const event of events) {
            if (isGranuleRead(event)) {
              for (const task of todo.take(event)) {
                yield await giveUp(task, event);
                todo.done(task.index);
              }
              yield { ...event, left: todo.left };
            } else {
              if (isShardRecord(event)) todo.done(event.index);
              yield event;
            }
          }
        }
      } finally {
        // Where one shard ends the run, the others still write what they have, and their records.
        await Promise.allSettled(underWay.values());
      }
    },
    async close(finished = false) {
      await threads.close();
      if (finished && extracts === undefined) await removeExtracts(place);
    },
  };
}

/** Why a thread ended without an answer. */
function workerEnded(error: Error & { code?: string }, what: "shard" | "granule") {
  const kind = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? ("memory" as const) : ("crash" as const);
  return {
    kind,
    code: error.code ?? error.name,
    message: `the worker of this ${what} ended: ${error.message}`,
  };
}

function unreadable(plan: Plan, granule: number, failure: ReturnType<typeof workerEnded>): GranuleRead {
  const counts = { rows: 0, withoutCoordinates: 0, unlisted: 0, bytes: 0, requests: 0, retries: 0 };
  return { format: "zagg-read/1", granule, counts, result: { id: granuleAt(plan, granule).id, failure } };
}
