import type { Prepared, PrepareRequest, RunSummary, Settled, ShardRecord, ShardState } from "@zagg/core";
import type { RunPointer, SecretsDocument } from "./run-document.js";

/** What the dispatcher and the worker say to each other; both must be of the same version. */

export interface PingEvent {
  readonly mode: "ping";
  /** A product's store: the worker tries whether it may write there. */
  readonly store?: string;
}

/**
 * For callers who may only invoke: the worker keeps the plan and the source's secrets, and makes the store ready.
 * The one event that carries secrets.
 */
export interface SetupEvent {
  readonly mode: "setup";
  readonly store: string;
  /** The plan as JSON, gzip, base64. */
  readonly plan: string;
  readonly request: PrepareRequest;
  readonly secrets?: SecretsDocument;
}

/** Replaces a run's secrets before they expire. */
export interface RenewEvent {
  readonly mode: "setup";
  readonly run: RunPointer;
  readonly secrets: SecretsDocument;
}

export interface ProcessEvent {
  readonly mode: "process";
  readonly run: RunPointer;
  /** Decimal morton id. */
  readonly shard: string;
  readonly attempt: number;
  readonly allowPartial: boolean;
}

/** Keeps the records of `lost` workers and settles a run; with `closing` finishes it. */
export interface FinalizeEvent {
  readonly mode: "finalize";
  readonly run: RunPointer;
  readonly lost?: readonly ShardRecord[];
  readonly closing?: { readonly states: readonly ShardState[]; readonly summary: RunSummary };
}

export type WorkerEvent = PingEvent | SetupEvent | RenewEvent | ProcessEvent | FinalizeEvent;

/** What a function is, as it says itself. */
export interface PingAnswer {
  readonly format: "zagg-worker/1";
  /** Version of zagg. */
  readonly version: string;
  /** MB. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  /** As Node names it: arm64, x64. */
  readonly architecture: string;
  readonly region: string;
  /** Bucket for plans and secrets. */
  readonly privateBucket: string;
  /** Bucket for products; absent where the function does not know. */
  readonly outputBucket?: string;
  /** URL of the queue of failed events. */
  readonly failureQueue?: string;
}

export interface SetupAnswer {
  readonly run: RunPointer;
  readonly prepared: Prepared;
}

export interface ProcessAnswer {
  readonly record: ShardRecord;
}

export type FinalizeAnswer = Settled;

/** `errorType` of what the worker refuses or cannot go on with: kind and code of a ZaggError. */
export const ZAGG_ERROR_TYPE = /^Zagg\.(config|auth|upstream|store|machine|aborted)\.([\w-]+)$/;
