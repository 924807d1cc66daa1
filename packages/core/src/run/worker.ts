import { parentPort, workerData } from "node:worker_threads";
import { diskCache, tellWaits, type Waiting } from "@zagg/storage";
import { isZaggError, type ZaggErrorKind } from "../terms/index.js";
import type { ShardTask } from "./backend.js";
import { granuleOpener } from "./open-granule.js";
import { openStores } from "./open-store.js";
import type { Plan } from "./plan.js";
import { processShard, shardContext } from "./process-shard.js";
import type { ShardRecord } from "./shard-record.js";
import type { Aside } from "./threads.js";

/** What a thread is given once. */
export interface WorkerData {
  readonly plan: Plan;
  /** The product's store, as on the command line. */
  readonly target: string;
  /** Folder that keeps what is fetched of remote granules, and its bound in bytes. */
  readonly cache?: { readonly folder: string; readonly maxBytes: number };
}

/** A record, or why the whole run cannot go on; errors lose their class between threads. */
export type WorkerAnswer =
  | { readonly record: ShardRecord }
  | { readonly kind: ZaggErrorKind; readonly code: string; readonly message: string };

const { plan, target, cache } = workerData as WorkerData;
const open = granuleOpener(plan.config.dataSource.driver, cache && diskCache(cache.folder, cache.maxBytes));
const context = shardContext(plan, openStores(target), open);

tellWaits((aside) => parentPort?.postMessage({ aside } satisfies Aside<Waiting>));
parentPort?.on("message", async (task: ShardTask) => parentPort?.postMessage(await work(task)));

async function work(task: ShardTask): Promise<WorkerAnswer> {
  try {
    return { record: await processShard(context, task) };
  } catch (error) {
    if (!isZaggError(error)) throw error;
    return { kind: error.kind, code: error.code, message: error.message };
  }
}
