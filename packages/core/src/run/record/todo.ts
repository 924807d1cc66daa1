import { granuleAt, type Plan, type PlanShard } from "../plan/plan.js";
import type { ShardFailure, ShardState } from "./outcome.js";
import type { ShardRecords } from "./run-record.js";
import { type GranuleStamp, hasChanged, type ShardRecord } from "./shard-record.js";

/** Why a shard is run again although it has a record. */
export type RerunReason =
  | "transient-failure"
  | "retry-failed"
  | "allow-partial"
  | "changed-granules"
  | "other-granules";

/** What is known and what is to be done, by position of the shard. */
export interface Todo {
  /** What is true of every shard before this run. */
  readonly states: readonly ShardState[];
  /** Number of the next attempt at every shard. */
  readonly attempts: readonly number[];
  /** Shards to run, ascending. */
  readonly run: readonly number[];
  /** Of those, how many run again, by reason. */
  readonly reruns: Readonly<Partial<Record<RerunReason, number>>>;
}

/** Failures that another try may mend; the others need other granules or another config. */
const TRANSIENT: ReadonlySet<ShardFailure["kind"]> = new Set([
  "network",
  "auth",
  "timeout",
  "crash",
  "missing",
]);

export interface TodoOptions {
  /** Run every failed and partial shard again, not only those whose failure may pass. */
  readonly retryFailed?: boolean;
  /** Run every failed shard again that could be written without the granules that failed. */
  readonly allowPartial?: boolean;
  /** Granules as they are now, by id; those absent count as unchanged. */
  readonly stamps: ReadonlyMap<string, GranuleStamp>;
}

/** Which of the `selected` shards to run, given the last record of each; a pure decision. */
export function todo(
  plan: Plan,
  records: ShardRecords,
  selected: readonly number[],
  options: TodoOptions,
): Todo {
  const chosen = new Set(selected);
  const reruns: Partial<Record<RerunReason, number>> = {};
  const run: number[] = [];
  const states = plan.shards.map((shard, index): ShardState => {
    const record = records.get(shard.id);
    const reason = record && rerunReason(plan, shard, record, options);
    if (chosen.has(index) && (!record || reason)) run.push(index);
    if (chosen.has(index) && reason) reruns[reason] = (reruns[reason] ?? 0) + 1;
    // A shard made from other granules no longer stands for this plan, whether it runs now or later.
    return !record || reason === "other-granules" ? "pending" : record.state;
  });
  return { states, attempts: nextAttempts(plan, records), run, reruns };
}

/** Number of the next attempt at every shard. */
export function nextAttempts(plan: Plan, records: ShardRecords): readonly number[] {
  return plan.shards.map((shard) => (records.get(shard.id)?.attempt ?? 0) + 1);
}

/** What the records say of every shard, whatever their granules look like now. */
export function recordedStates(plan: Plan, records: ShardRecords): readonly ShardState[] {
  return todo(plan, records, [], { stamps: new Map() }).states;
}

function rerunReason(
  plan: Plan,
  shard: PlanShard,
  record: ShardRecord,
  { retryFailed, allowPartial, stamps }: TodoOptions,
): RerunReason | undefined {
  const wanted = shard.granules.map((granule) => granuleAt(plan, granule).id);
  const used = record.granules.map((granule) => granule.id);
  if (record.recipe !== plan.recipe || wanted.join("\n") !== used.join("\n")) return "other-granules";
  if (record.granules.some((stamp) => hasChanged(stamp, stamps.get(stamp.id)))) return "changed-granules";
  if (record.state !== "failed" && record.state !== "partial") return undefined;
  if (record.failures.some((failure) => TRANSIENT.has(failure.kind))) return "transient-failure";
  if (retryFailed) return "retry-failed";
  return allowPartial && record.state === "failed" && isWritableInPart(record) ? "allow-partial" : undefined;
}

/** Whether nothing but granules failed, and not all of them. What fails in computing comes after, and fails again. */
function isWritableInPart({ failures, counts: { granules } }: ShardRecord): boolean {
  return failures.every(({ granule }) => granule !== undefined) && granules.failed < granules.attempted;
}
