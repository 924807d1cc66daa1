import { lostWorkerRecord, type Plan, type ShardRecord, type ShardTask, shardAt } from "@zagg/core";
import { putsPerShard } from "../cost/estimate.js";
import type { CostMeter } from "../cost/meter.js";
import type { PingAnswer, ProcessEvent } from "../protocol.js";
import type { RunPointer } from "../run-document.js";
import type { InvokeFailure } from "./failure.js";
import type { FunctionClient } from "./function-client.js";

/** What both ways of dispatching need. */
export interface Dispatcher {
  readonly client: FunctionClient;
  readonly functionName: string;
  readonly ping: PingAnswer;
  readonly plan: Plan;
  /** Where the workers find the plan. */
  readonly run: () => RunPointer;
  readonly meter: CostMeter;
  /** No more shards are started when a run has cost so much, dollars. */
  readonly maxCost: number;
  /** Invocations at a time. */
  readonly window: number;
  /** Shards that ran out of memory run once more in the function with more. */
  readonly memoryEscalation: boolean;
  /** Whether the caller pays for requests to the granules' buckets. */
  readonly readsBilled: boolean;
  readonly onNotice: (notice: string) => void;
  /** Keeps the record of a shard whose worker could not. */
  readonly keepLost: (record: ShardRecord) => Promise<ShardRecord>;
}

/** One attempt at a shard, in the ordinary function or in the one with more memory. */
export interface Flight {
  readonly task: ShardTask;
  readonly large: boolean;
}

/** The function that `zagg deploy` makes beside the ordinary one, by its name or ARN. */
export function largeFunction(name: string): string {
  const [, base = name, qualifier = ""] = /^(arn:[^:]+(?::[^:]*){4}:[^:]+|[^:]+)(:.*)?$/.exec(name) ?? [];
  return `${base}-large${qualifier}`;
}

/** Memory of the function that a flight runs in, MB; `zagg deploy` gives the large one twice as much. */
export function memoryOf({ ping }: Dispatcher, { large }: Flight): number {
  return large ? Math.min(10_240, ping.memory * 2) : ping.memory;
}

export function functionOf({ functionName }: Dispatcher, { large }: Flight): string {
  return large ? largeFunction(functionName) : functionName;
}

export function eventOf({ plan, run }: Dispatcher, { task }: Flight): ProcessEvent {
  const { index, attempt, allowPartial } = task;
  return { mode: "process", run: run(), shard: shardAt(plan, index).id, attempt, allowPartial };
}

/** Whether the run has cost what it may, with what is under way. */
export function isOverBudget({ meter, maxCost }: Dispatcher, underWay: number): boolean {
  return meter.dollars + underWay * meter.meanDollars >= maxCost;
}

/**
 * What to do after a failure that is the shard's own: once more with more memory, or nothing. Trying the same again
 * would end the same.
 */
export function escalated(
  dispatcher: Dispatcher,
  flight: Flight,
  failure: InvokeFailure,
): Flight | undefined {
  const again = failure.kind === "memory" && dispatcher.memoryEscalation && !flight.large;
  return again ? { ...flight, large: true } : undefined;
}

/** Bills the requests of a shard: those for its granules only where the caller pays for them. */
export function meterRequests(
  { plan, meter, readsBilled }: Dispatcher,
  { counts, chunks }: ShardRecord,
): void {
  meter.storage(readsBilled ? counts.requests : 0, chunks.length > 0 ? putsPerShard(plan) : 1);
}

/** The record of a shard whose worker left none. */
export function lostRecord(
  { plan, keepLost }: Dispatcher,
  { task }: Flight,
  failure: Exclude<InvokeFailure, { kind: "refused" }>,
): Promise<ShardRecord> {
  const { kind, message } = failure;
  const shardFailure =
    kind === "throttle"
      ? ({
          kind: "network",
          code: "throttled",
          message: `Lambda did not take the shard: ${message}`,
        } as const)
      : failure;
  return keepLost(lostWorkerRecord(plan, task, shardFailure));
}

/** Seconds that AWS bills for an invocation that ended with a record: what the worker says, and what it does not. */
export function recordSeconds({ phases }: ShardRecord): number {
  return (phases.readMs + phases.aggregateMs + phases.writeMs) / 1000 + UNRECORDED_SECONDS;
}

/** Start, plan and record, beside the phases that a record has; measured on the test bed. */
const UNRECORDED_SECONDS = 0.3;
