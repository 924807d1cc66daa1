import type { SourceVersion } from "@zagg/storage";
import type { ExtractReceipt, GranuleSlices, ReadCounts } from "../../extract/index.js";
import type { GranuleError } from "../../granule/index.js";
import type { PackReceipt } from "../record/pack-receipt.js";
import type { ShardRecord } from "../record/shard-record.js";

/** One shard to run. */
export interface ShardTask {
  /** Position of the shard in the plan. */
  readonly index: number;
  /** Number of this attempt: one above the last record's. */
  readonly attempt: number;
  /** Write the shard without the granules that cannot be read. */
  readonly allowPartial: boolean;
  /** What has been read of its granules, in their order. What is absent the shard reads itself. */
  readonly granules?: readonly (GranuleInput | undefined)[];
}

/** What a shard gets of a granule: its points, or why there are none. */
export type GranuleInput = GranuleSlices | FailedGranule;

export interface FailedGranule {
  readonly id: string;
  readonly version?: SourceVersion;
  readonly failure: Pick<GranuleError, "kind" | "code" | "message">;
}

/** One granule to go through, for shards that are to run. */
export interface ReadTask {
  /** Position of the granule in the plan. */
  readonly granule: number;
  /** Positions of the shards, ascending. */
  readonly shards: readonly number[];
}

/** What became of a granule that was gone through: an extract, or a failure. */
export interface GranuleRead {
  readonly format: "zagg-read/1";
  /** Position of the granule in the plan. */
  readonly granule: number;
  readonly counts: ReadCounts;
  readonly result: ExtractReceipt | FailedGranule;
}

/** As a backend tells it. */
export interface GranuleProgress extends GranuleRead {
  /** Granules that are still to be gone through. */
  readonly left: number;
}

/** What a backend tells, in the order in which it happens. */
export type BackendEvent = ShardRecord | GranuleProgress | PackReceipt;

/**
 * Where shards are processed: threads of this machine, or functions in the cloud. Yields a record per task, in order of
 * completion, before those the granules that were read for several of them, and after them what was packed. When `signal` aborts, no more tasks are
 * started; those under way are finished and yielded, and then the iteration ends.
 */
export interface Backend {
  run(tasks: readonly ShardTask[], options: { readonly signal?: AbortSignal }): AsyncIterable<BackendEvent>;
  /** Gives back what the backend holds; called once its run has ended. `finished`: nothing is left to do of the plan. */
  close(finished?: boolean): Promise<void>;
}

export function isGranuleRead<T extends { readonly format: string }>(
  event: T,
): event is Extract<T, { readonly format: "zagg-read/1" }> {
  return event.format === "zagg-read/1";
}

export function isShardRecord<T extends { readonly format: string }>(
  event: T,
): event is Extract<T, { readonly format: "zagg-shard/2" }> {
  return event.format === "zagg-shard/2";
}

export function hasFailed<T extends object>(result: T | FailedGranule): result is FailedGranule {
  return "failure" in result;
}
