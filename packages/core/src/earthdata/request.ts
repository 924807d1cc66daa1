import {
  ask,
  isStorageError,
  newCounters,
  type Question,
  RETRY_POLICY,
  type RetryPolicy,
  StorageError,
  type WholeAnswer,
  withRetry,
} from "@zagg/storage";
import { defined } from "../terms/index.js";

/** A page of 2,000 granules takes CMR up to half a minute, and comes in a minute more. */
const ATTEMPT_MS = 90_000;

/** What logins and tokens answer is far shorter; nobody may fill our memory. */
const MAX_BYTES = 4 * 2 ** 20;

/** A whole answer, of any status that is not worth another try. */
export type Answer = WholeAnswer;

export interface RequestOptions {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Longest body, after decompression. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Throws for an answer that is broken (JSON cut off): it is asked for again, unless it throws a StorageError. */
  readonly check?: (answer: Answer) => void;
}

/**
 * One exchange with a NASA service. Redirects are handed back, never followed: only the caller knows which host
 * may see its credentials. 429, 5xx, broken connections and bodies are tried again; throws StorageError when the
 * budget of `retry` is used up, or when aborted; at once for a host that is not known, and for a body that is too long.
 */
export function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { origin, pathname } = new URL(url);
  const place = origin + pathname;
  const counters = newCounters();
  return withRetry({
    url: place,
    policy: { ...RETRY_POLICY, ...options.retry },
    counters,
    signal: options.signal,
    attempt: () => attempt(url, place, options, counters),
  });
}

async function attempt(
  url: string,
  place: string,
  options: RequestOptions,
  counters: Question["counters"],
): Promise<Answer> {
  const { method = "GET", headers = {}, signal, check, maxBytes = MAX_BYTES } = options;
  const timeout = AbortSignal.timeout(ATTEMPT_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const answer = await ask(url, {
      method,
      headers,
      signal: either,
      idleMs: ATTEMPT_MS,
      counters,
      maxBytes,
    });
    if (answer.status === 429 || answer.status >= 500) throw busy(place, answer);
    check?.(answer);
    return answer;
  } catch (error) {
    const isLate = timeout.aborted && !signal?.aborted && isStorageError(error, "aborted");
    if (isStorageError(error) && !isLate) throw error;
    const what = isLate ? `no answer within ${ATTEMPT_MS / 1000} s` : (error as Error).message;
    throw new StorageError("network", place, what, { cause: error });
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
