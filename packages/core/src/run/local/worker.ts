import { parentPort, workerData } from "node:worker_threads";
import { diskCache, tellWaits, type Waiting } from "@zagg/storage";
import { isZaggError, type ZaggErrorKind } from "../../terms/index.js";
import type { Plan } from "../plan/plan.js";
import type { ShardRecord } from "../record/shard-record.js";
import type { GranuleRead } from "../schedule/backend.js";
import type { Job } from "../schedule/schedule.js";
import { openExtracts } from "../stores/extracts-place.js";
import { openStores } from "../stores/open-store.js";
import { granuleOpener } from "../task/open-granule.js";
import { processShard, shardContext } from "../task/process-shard.js";
import { readTasks } from "../task/read-task.js";
import type { Aside } from "./threads.js";

/** What a thread is given once. */
export interface WorkerData {
  readonly plan: Plan;
  /** The product's store, as on the command line. */
  readonly target: string;
  /** Folder of the extracts. */
  readonly extracts: string;
  /** Plans of other products that these serve, too. */
  readonly alongside?: readonly Plan[];
  /** Folder that keeps what is fetched of remote granules, and its bound in bytes. */
  readonly cache?: { readonly folder: string; readonly maxBytes: number };
}

/** Packing is left to the thread that hands out the jobs. */
export type WorkerJob = Exclude<Job, { readonly kind: "pack" }>;

/** What a job came to, or why the whole run cannot go on; errors lose their class between threads. */
export type WorkerAnswer =
  | { readonly record: ShardRecord }
  | { readonly reads: readonly GranuleRead[] }
  | { readonly kind: ZaggErrorKind; readonly code: string; readonly message: string };

const { plan, target, extracts, alongside, cache } = workerData as WorkerData;
const open = granuleOpener(plan.config.dataSource.driver, cache && diskCache(cache.folder, cache.maxBytes));
const kept = openExtracts(extracts);
const context = shardContext(plan, openStores(target), open, kept, alongside);

tellWaits((aside) => parentPort?.postMessage({ aside } satisfies Aside<Waiting>));
parentPort?.on("message", async (job: WorkerJob) => parentPort?.postMessage(await work(job)));

async function work(job: WorkerJob): Promise<WorkerAnswer> {
  try {
    if (job.kind === "read") return { reads: await readTasks(context, kept, job.tasks) };
    return { record: await processShard(context, job.task) };
  } catch (error) {
    if (!isZaggError(error)) throw error;
    return { kind: error.kind, code: error.code, message: error.message };
  }
}
