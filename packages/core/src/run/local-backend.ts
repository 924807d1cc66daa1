import { passOnWait, type Waiting } from "@zagg/storage";
import { defined, machineError, ZaggError } from "../terms/index.js";
import type { Backend, ShardTask } from "./backend.js";
import { lostWorkerRecord } from "./lost-record.js";
import { openStores } from "./open-store.js";
import type { ShardFailure } from "./outcome.js";
import type { Plan } from "./plan.js";
import { putRecord } from "./put-record.js";
import { localMemory, shardMemory } from "./shard-memory.js";
import type { ShardRecord } from "./shard-record.js";
import { startThreads } from "./threads.js";
import type { WorkerAnswer, WorkerData } from "./worker.js";

/** Threads run compiled code only: where this file is run from its source, they take the build beside it. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/run/worker.js" : "./worker.js",
  import.meta.url,
);

/** Little of what a shard allocates lives long: V8 would let this grow to 48 MB, which saves no time. */
const YOUNG_GENERATION_MB = 6;

/**
 * Shards on worker threads of this machine, one at a time on each, and no more together than fit into `memory` (bytes)
 * as far as {@link shardMemory} can tell; a shard that would not fit alone runs alone.
 */
export function localBackend(
  plan: Plan,
  target: string,
  workers: number,
  cache?: WorkerData["cache"],
  memory = localMemory(),
): Backend {
  const { run } = openStores(target);
  const workerData: WorkerData = defined({ plan, target, cache });
  const options = {
    workerData,
    // Not the flags of this process: a test runner's would lead the built worker back to sources.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  };
  const threads = startThreads<ShardTask, WorkerAnswer, Waiting>(WORKER, options, passOnWait);

  async function process(task: ShardTask): Promise<ShardRecord> {
    let answer: WorkerAnswer;
    try {
      answer = await threads.run(task);
    } catch (error) {
      const limit = machineError(error);
      if (limit && limit.code !== "out-of-memory") throw limit; // no thread can start
      return putRecord(
        run,
        plan,
        lostWorkerRecord(plan, task, workerEnded(error as Error & { code?: string })),
      );
    }
    if ("record" in answer) return answer.record;
    throw new ZaggError(answer.kind, answer.code, answer.message);
  }

  return {
    async *run(tasks, { signal }) {
      const underWay = new Map<number, Promise<ShardRecord>>();
      let next = 0;
      let taken = 0;
      try {
        for (;;) {
          while (underWay.size < workers && next < tasks.length && !signal?.aborted) {
            const task = tasks[next] as ShardTask;
            const needed = shardMemory(plan, task.index);
            if (underWay.size > 0 && taken + needed > memory) break;
            next++;
            taken += needed;
            const record = process(task);
            record.catch(() => undefined); // said by the race below, or not at all when the run has ended
            underWay.set(task.index, record);
          }
          if (underWay.size === 0) return;
          const record = await Promise.race(underWay.values());
          underWay.delete(record.index);
          taken -= shardMemory(plan, record.index);
          yield record;
        }
      } finally {
        // Where one shard ends the run, the others still write what they have, and their records.
        await Promise.allSettled(underWay.values());
      }
    },
    close: () => threads.close(),
  };
}

/** Why a thread ended without an answer. */
function workerEnded(error: Error & { code?: string }): ShardFailure {
  const kind = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash";
  return {
    kind,
    code: error.code ?? error.name,
    message: `the worker of this shard ended: ${error.message}`,
  };
}
