import { blocksOf } from "@zagg/product";
import { defined, ZaggError } from "../../terms/index.js";
import type { ShardFailure, ShardState } from "../record/outcome.js";
import { readPackReceipts } from "../record/pack-receipt.js";
import { readPlan, readRecords } from "../record/run-record.js";
import { recordedStates } from "../record/todo.js";
import { extractsPlace } from "../stores/extracts-place.js";
import type { ProductStores } from "../stores/open-store.js";
import { type ReadStage, readStage } from "./read-stage.js";

/** Records of this many last minutes say how fast a run is. */
const RATE_WINDOW_MINUTES = 5;

/** Shards that failed for the same reason. */
export interface FailureGroup {
  readonly kind: ShardFailure["kind"];
  readonly code: string;
  readonly shards: readonly string[];
  /** Granules that caused it, where granules did. */
  readonly granules: readonly string[];
  /** Of the first of them. */
  readonly message: string;
}

/** Where a run stands, live or after its end. */
export interface RunStatus {
  readonly format: "zagg-status/1";
  readonly store: string;
  readonly identity: string;
  readonly total_shards: number;
  /** Shards by state; they add up to `total_shards`. */
  readonly shards: Readonly<Record<ShardState, number>>;
  /** How far the granules are read; absent where no extracts lie in the run's folder: not begun, or all done. */
  readonly read?: ReadStage;
  /** Blocks of the product, and those that a receipt says are packed; absent where each shard is an object. */
  readonly blocks?: { readonly packed: number; readonly total: number };
  readonly points_kept: number;
  readonly occupied_cells: number;
  /** Shards per minute of late; 0 where none has ended in the last minutes. */
  readonly shards_per_minute: number;
  /** Until nothing is pending at that rate, seconds; null where it cannot be told. */
  readonly eta_s: number | null;
  readonly failures: readonly FailureGroup[];
}

/**
 * Reads where the run of a product stands. Throws `ZaggError` where no run has left a record.
 *
 * @example (await runStatus(openStores("product.zarr"))).shards.failed; // => 0
 */
export async function runStatus({ product, run }: ProductStores, now = new Date()): Promise<RunStatus> {
  const plan = await readPlan(run);
  if (!plan) {
    throw new ZaggError("config", "no-record", `no run of ${product.url} has left a record at ${run.url}`);
  }
  const records = await readRecords(run, plan);
  const states = recordedStates(plan, records);
  const shards: Record<ShardState, number> = { pending: 0, written: 0, partial: 0, empty: 0, failed: 0 };
  for (const state of states) shards[state]++;
  const standing = plan.shards.flatMap(({ id }, index) => {
    const record = states[index] === "pending" ? undefined : records.get(id);
    return record ? [record] : [];
  });

  const window = RATE_WINDOW_MINUTES * 60_000;
  const recent = standing
    .map(({ finished }) => now.getTime() - Date.parse(finished))
    .filter((age) => age <= window);
  const minutes = recent.reduce((oldest, age) => Math.max(oldest, age), 1) / 60_000;
  const rate = recent.length / minutes;
  const packed = await readPackReceipts(run, plan);
  return defined({
    format: "zagg-status/1" as const,
    store: product.url,
    identity: plan.identity,
    total_shards: plan.shards.length,
    shards,
    read: await readStage(plan, extractsPlace(run.url), now, window),
    blocks: plan.shardsPerObject === 1 ? undefined : { packed: packed.size, total: blocksOf(plan).length },
    points_kept: standing.reduce((sum, { counts }) => sum + counts.pointsKept, 0),
    occupied_cells: standing.reduce((sum, { counts }) => sum + counts.occupiedCells, 0),
    shards_per_minute: rate,
    eta_s: rate > 0 ? (shards.pending / rate) * 60 : null,
    failures: groupFailures(
      standing.flatMap(({ shard, failures }) => failures.map((f) => ({ shard, ...f }))),
    ),
  });
}

/** Failures grouped by cause, the most frequent first. */
export function groupFailures(
  failures: readonly (ShardFailure & { readonly shard: string })[],
): FailureGroup[] {
  const groups = new Map<string, (ShardFailure & { readonly shard: string })[]>();
  for (const failure of failures) {
    const cause = `${failure.kind} ${failure.code}`;
    groups.set(cause, [...(groups.get(cause) ?? []), failure]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((group) => {
      const { kind, code, message } = group[0] as ShardFailure;
      const granules = group.flatMap(({ granule }) => granule ?? []);
      return {
        kind,
        code,
        shards: [...new Set(group.map(({ shard }) => shard))],
        granules: [...new Set(granules)],
        message,
      };
    });
}
