import { setTimeout as sleep } from "node:timers/promises";

/** When and how long to try again: equal-jitter exponential backoff. Milliseconds. */
export interface RetryPolicy {
  /** First wait; doubled each time. */
  readonly baseMs: number;
  /** Longest wait, a server's `Retry-After` included. */
  readonly capMs: number;
  /** No further try after this much time in all. */
  readonly budgetMs: number;
  /** One try is given up after this long. */
  readonly attemptMs: number;
}

/** NASA's services have hiccups of minutes; a page of 2,000 granules takes CMR up to half a minute. */
export const UPSTREAM_RETRY: RetryPolicy = {
  baseMs: 1_000,
  capMs: 30_000,
  budgetMs: 180_000,
  attemptMs: 90_000,
};

/** A whole answer: any status that is not worth another try. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  /** Throws for an answer that is broken (JSON cut off): it is asked for again. */
  readonly check?: (answer: Answer) => void;
}

/** No usable answer within the retry budget. `message` tells the last failure, not the URL. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  /** Status of the last answer, where there was one. */
  readonly status: number | undefined;
  readonly attempts: number;

  constructor(what: string, status: number | undefined, attempts: number, options?: ErrorOptions) {
    super(`${what} (${attempts} ${attempts === 1 ? "try" : "tries"})`, options);
    this.status = status;
    this.attempts = attempts;
  }
}

/**
 * One exchange with a NASA service. Redirects are handed back, never followed: only the caller knows which host
 * may see its credentials. 429, 5xx, broken connections and bodies are tried again; throws NoAnswerError when the
 * budget is used up, and the signal's reason when aborted.
 */
export async function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const retry = options.retry ?? UPSTREAM_RETRY;
  const deadline = Date.now() + retry.budgetMs;
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    const result = await attemptOnce(url, options, retry);
    if (!(result instanceof Failure)) return result;

    const backoff = Math.min(retry.capMs, retry.baseMs * 2 ** (attempt - 1));
    const wait = Math.min(retry.capMs, result.retryAfterMs ?? backoff / 2 + (Math.random() * backoff) / 2);
    if (Date.now() + wait > deadline) {
      throw new NoAnswerError(result.what, result.status, attempt, { cause: result.cause });
    }
    await sleep(wait, undefined, options.signal ? { signal: options.signal } : {});
  }
}

class Failure {
  readonly what: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly cause: unknown;

  constructor(
    what: string,
    details: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    this.what = what;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.cause = details.cause;
  }
}

async function attemptOnce(
  url: string,
  options: RequestOptions,
  retry: RetryPolicy,
): Promise<Answer | Failure> {
  const { method = "GET", headers = {}, signal, check } = options;
  const timeout = AbortSignal.timeout(retry.attemptMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const answer = { status: response.status, headers: response.headers, body: await response.text() };
    if (answer.status === 429 || answer.status >= 500) {
      const retryAfterMs = retryAfter(response.headers.get("retry-after"));
      return new Failure(`HTTP ${answer.status}`, { status: answer.status, retryAfterMs });
    }
    check?.(answer);
    return answer;
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) return new Failure(`no answer within ${retry.attemptMs / 1000} s`, { cause });
    return new Failure(reason(cause), { cause });
  }
}

/** `Retry-After` in seconds or as a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** What `fetch` hides in the cause of its "fetch failed". */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
