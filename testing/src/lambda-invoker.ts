import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunction } from "./lambda-functions.js";
import { LambdaRefusal } from "./lambda-refusal.js";

/** One invocation, as a sandbox is handed it. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
}

/** What became of an invocation. */
export interface Execution {
  /** Set where the function did not answer by itself. */
  readonly functionError?: "Unhandled" | "Handled";
  readonly payload: string;
  readonly billedMs: number;
  /** CPU of the process meanwhile, where it is known. */
  readonly cpuMs?: number;
  /** Last lines of the log, with the REPORT line. */
  readonly log: string;
}

/** Runs invocations: in real processes, or as a stub. */
export interface Executor {
  execute(fn: LambdaFunction, invocation: Invocation): Promise<Execution>;
  close(): Promise<void>;
}

export interface SyncAnswer extends Execution {
  readonly requestId: string;
}

/** A message that Lambda puts into the failure queue. */
export type FailureMessage = (queue: string, body: string) => void;

/** What goes wrong on purpose; each is asked once for every call. */
export interface InvokeFaults {
  /** Answer 429. */
  readonly throttle?: () => boolean;
  /** Take an event and never run it. */
  readonly lose?: () => boolean;
  /** Run an event twice. */
  readonly duplicate?: () => boolean;
}

/** Lambda's quotas: bytes of a synchronous and of an asynchronous payload, and of an answer. */
const SYNC_LIMIT = 6 * 1024 * 1024;
const EVENT_LIMIT = 1024 * 1024;

/**
 * Lambda's rules of invocation: the account's concurrency with 429 above it, payload limits, and for events a
 * queue in which they wait for a free sandbox until they are too old. Failed events are not tried again
 * (MaximumRetryAttempts 0) and go to the failure queue.
 */
export class LambdaInvoker {
  /** Invocations under way. */
  running = 0;
  /** The most that were. */
  peak = 0;
  /** All payloads that came, in order. */
  readonly payloads: string[] = [];
  /** What became of all invocations, in order of their ends. */
  readonly executions: Execution[] = [];
  readonly #executor: Executor;
  readonly #concurrency: number;
  readonly #fail: FailureMessage;
  readonly #faults: InvokeFaults;
  readonly #waiting: (() => void)[] = [];

  constructor(executor: Executor, concurrency: number, fail: FailureMessage, faults: InvokeFaults = {}) {
    this.#executor = executor;
    this.#faults = faults;
    this.#concurrency = concurrency;
    this.#fail = fail;
  }

  async sync(fn: LambdaFunction, payload: string): Promise<SyncAnswer> {
    this.#accept(payload, SYNC_LIMIT);
    if (this.running >= this.#concurrency) throw tooMany();
    const requestId = randomUUID();
    const execution = await this.#run(fn, { requestId, payload });
    if (execution.payload.length <= SYNC_LIMIT) return { ...execution, requestId };
    const error = {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: `Response payload size exceeded maximum allowed payload size (${SYNC_LIMIT} bytes).`,
    };
    return { ...execution, requestId, functionError: "Unhandled", payload: JSON.stringify(error) };
  }

  event(fn: LambdaFunction, payload: string): void {
    this.#accept(payload, EVENT_LIMIT);
    if (this.#faults.lose?.()) return;
    void this.#runEvent(fn, { requestId: randomUUID(), payload });
    if (this.#faults.duplicate?.()) void this.#runEvent(fn, { requestId: randomUUID(), payload });
  }

  #accept(payload: string, limit: number): void {
    if (this.#faults.throttle?.()) throw tooMany();
    this.payloads.push(payload);
    if (Buffer.byteLength(payload) > limit) {
      throw new LambdaRefusal(413, "RequestTooLargeException", `Request must be smaller than ${limit} bytes`);
    }
  }

  async #runEvent(fn: LambdaFunction, invocation: Invocation): Promise<void> {
    const late = new AbortController();
    const age = sleep(fn.maxEventAge * 1000, "late" as const, { signal: late.signal, ref: false });
    age.catch(() => undefined);
    let free = this.running < this.#concurrency;
    while (!free) {
      const turn = new Promise<"free">((resolve) => this.#waiting.push(() => resolve("free")));
      if ((await Promise.race([turn, age])) === "late") break;
      free = this.running < this.#concurrency;
    }
    late.abort();
    const execution = free ? await this.#run(fn, invocation) : undefined;
    if (fn.failureQueue === undefined || (execution && !execution.functionError)) return;
    this.#fail(fn.failureQueue, failureBody(fn, invocation, execution));
  }

  async #run(fn: LambdaFunction, invocation: Invocation): Promise<Execution> {
    this.running++;
    this.peak = Math.max(this.peak, this.running);
    try {
      const execution = await this.#executor.execute(fn, invocation);
      this.executions.push(execution);
      return execution;
    } finally {
      this.running--;
      this.#waiting.shift()?.();
    }
  }
}

function tooMany(): LambdaRefusal {
  const fields = { Reason: "ConcurrentInvocationLimitExceeded", Type: "User" };
  return new LambdaRefusal(429, "TooManyRequestsException", "Rate Exceeded.", fields);
}

function failureBody(fn: LambdaFunction, invocation: Invocation, execution: Execution | undefined): string {
  return JSON.stringify({
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: `${fn.arn}:$LATEST`,
      condition: execution ? "RetriesExhausted" : "EventAgeExceeded",
      approximateInvokeCount: execution ? 1 : 0,
    },
    requestPayload: JSON.parse(invocation.payload),
    ...(execution && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: execution.functionError,
      },
      responsePayload: JSON.parse(execution.payload),
    }),
  });
}

/** The line that ends an invocation's log. */
export function reportLine(
  requestId: string,
  fn: LambdaFunction,
  durationMs: number,
  billedMs: number,
  usedMb: number,
) {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${fn.memorySize} MB`,
    `Max Memory Used: ${Math.ceil(usedMb)} MB`,
  ].join("\t");
}
