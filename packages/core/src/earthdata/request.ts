import { newCounters, RETRY_POLICY, type RetryPolicy, StorageError, withRetry } from "@zagg/storage";
import { defined } from "../terms/index.js";

/** A page of 2,000 granules takes CMR up to half a minute, and comes in a minute more. */
const ATTEMPT_MS = 90_000;

/** A whole answer, of any status that is not worth another try. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Throws for an answer that is broken (JSON cut off): it is asked for again. */
  readonly check?: (answer: Answer) => void;
}

/**
 * One exchange with a NASA service. Redirects are handed back, never followed: only the caller knows which host
 * may see its credentials. 429, 5xx, broken connections and bodies are tried again; throws StorageError when the
 * budget of `retry` is used up, or when aborted.
 */
export function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { origin, pathname } = new URL(url);
  const place = origin + pathname;
  return withRetry({
    url: place,
    policy: { ...RETRY_POLICY, ...options.retry },
    counters: newCounters(),
    signal: options.signal,
    attempt: () => attempt(url, place, options),
  });
}

async function attempt(url: string, place: string, options: RequestOptions): Promise<Answer> {
  const { method = "GET", headers = {}, signal, check } = options;
  const timeout = AbortSignal.timeout(ATTEMPT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const answer = { status: response.status, headers: response.headers, body: await response.text() };
    if (answer.status === 429 || answer.status >= 500) throw busy(place, answer);
    check?.(answer);
    return answer;
  } catch (error) {
    if (error instanceof StorageError) throw error;
    if (signal?.aborted) throw new StorageError("aborted", place, "stopped", { cause: signal.reason });
    const what = timeout.aborted ? `no answer within ${ATTEMPT_MS / 1000} s` : reason(error as Error);
    throw new StorageError("network", place, what, { cause: error, transient: !isRefusedByFetch(error) });
  }
}

function busy(place: string, { status, headers }: Answer): StorageError {
  const code = status === 429 || status === 503 ? "throttled" : "unavailable";
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  return new StorageError(code, place, `HTTP ${status}`, defined({ status, retryAfterMs }));
}

/** `Retry-After` in seconds or as a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** A blocked port, an unknown scheme: nothing was sent, nor will be. What the system refused has a code. */
function isRefusedByFetch(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined;
  return cause instanceof Error && !("code" in cause);
}

/** What `fetch` hides in the cause of its "fetch failed". */
function reason({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
