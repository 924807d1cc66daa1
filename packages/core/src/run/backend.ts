import type { ShardRecord } from "./shard-record.js";

/** One shard to run. */
export interface ShardTask {
  /** Position of the shard in the plan. */
  readonly index: number;
  /** Number of this attempt: one above the last record's. */
  readonly attempt: number;
  /** Write the shard without the granules that cannot be read. */
  readonly allowPartial: boolean;
}

/**
 * Where shards are processed: threads of this machine, or functions in the cloud. Yields a record per task, in
 * order of completion. When `signal` aborts, no more tasks are started; those under way are finished and
 * yielded, and then the iteration ends.
 */
export interface Backend {
  run(tasks: readonly ShardTask[], options: { readonly signal?: AbortSignal }): AsyncIterable<ShardRecord>;
  /** Gives back what the backend holds; called once its run has ended. */
  close(): Promise<void>;
}
