import type { Counters } from "../counters.js";
import { isStorageError, StorageError, type StorageErrorCode } from "../errors.js";
import { aborted } from "../range.js";
import { watchWait } from "../waiting.js";

/** How failures are met, everywhere in this package. */
export interface RetryPolicy {
  /** First wait before another try. Default 1 s: throttles of S3 need seconds, not milliseconds. */
  readonly baseMs: number;
  /** Longest wait. Default 30 s. */
  readonly capMs: number;
  /** No further try is begun after this time. Default 180 s. */
  readonly budgetMs: number;
  /** Time without a byte after which a connection counts as dead. Default 20 s. */
  readonly idleMs: number;
}

export const RETRY_POLICY: RetryPolicy = { baseMs: 1000, capMs: 30_000, budgetMs: 180_000, idleMs: 20_000 };

export interface Attempts<T> {
  readonly url: string;
  readonly policy: RetryPolicy;
  readonly counters: Counters;
  readonly signal?: AbortSignal | undefined;
  attempt(): Promise<T>;
  /** Gets other credentials after a refusal; false when there are none. Asked once. */
  refresh?(code: StorageErrorCode): Promise<boolean>;
  /** Grows while a broken body is resumed; a try that got further starts the waits anew. */
  progress?(): number;
}

/**
 * The one retry loop. Transient failures wait and try again within the budget; a refusal (`auth`, `denied`) is
 * met once with refreshed credentials; everything else is thrown as it is.
 */
export async function withRetry<T>(attempts: Attempts<T>): Promise<T> {
  const { url, counters } = attempts;
  let failure: StorageError | undefined;
  const watch = watchWait(
    url,
    () => counters.bytes,
    () => failure && whatIn(failure),
  );
  try {
    return await tryAgain(attempts, (error, gotFurther) => {
      failure = error;
      if (!gotFurther) watch.disregard();
    });
  } finally {
    watch.stop();
  }
}

async function tryAgain<T>(
  attempts: Attempts<T>,
  onFailure: (error: StorageError, gotFurther: boolean) => void,
): Promise<T> {
  const { policy, counters, signal } = attempts;
  const begun = performance.now();
  let refreshed = false;
  let failures = 0;
  let reached = attempts.progress?.() ?? 0;
  for (;;) {
    try {
      return await attempts.attempt();
    } catch (error) {
      if (!isStorageError(error)) throw error;
      if (isStorageError(error, "auth", "denied") && !refreshed && attempts.refresh !== undefined) {
        refreshed = true;
        if (!(await attempts.refresh(error.code))) throw error;
        counters.retries++;
        continue;
      }
      if (!error.transient) throw error;
      const now = attempts.progress?.() ?? 0;
      onFailure(error, now > reached);
      failures = now > reached ? 1 : failures + 1;
      reached = now;
      const wait = Math.max(backoffMs(policy, failures), Math.min(error.retryAfterMs ?? 0, policy.capMs));
      const spent = performance.now() - begun;
      if (wait > Math.min(policy.budgetMs - spent, error.patienceMs ?? Infinity)) throw gaveUp(error, spent);
      counters.retries++;
      counters.waitMs += wait;
      await sleep(wait, attempts.url, signal);
    }
  }
}

/** Equal jitter: half of the exponential wait is fixed, half is random, so that many workers spread out. */
export function backoffMs(policy: RetryPolicy, failures: number, random = Math.random()): number {
  const full = Math.min(policy.capMs, policy.baseMs * 2 ** (failures - 1));
  return full / 2 + (random * full) / 2;
}

/** The message without its address. */
function whatIn(error: StorageError): string {
  return error.message.slice(error.url.length + 2);
}

function gaveUp(error: StorageError, spentMs: number): StorageError {
  return new StorageError(
    error.code,
    error.url,
    `${whatIn(error)}; gave up after ${Math.round(spentMs / 1000)} s`,
    {
      ...(error.status === undefined ? {} : { status: error.status }),
      cause: error,
    },
  );
}

function sleep(ms: number, url: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(url, signal));
    const stop = () => {
      clearTimeout(timer);
      if (signal !== undefined) reject(aborted(url, signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
