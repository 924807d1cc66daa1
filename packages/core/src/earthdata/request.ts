import { newCounters, RETRY_POLICY, type RetryPolicy, StorageError, withRetry } from "@zagg/storage";
import { defined } from "../terms/index.js";

/** A page of 2,000 granules takes CMR up to half a minute, and comes in a minute more. */
const ATTEMPT_MS = 90_000;

/** What logins and tokens answer is far shorter; nobody may fill our memory. */
const MAX_BYTES = 4 * 2 ** 20;

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
  return withRetry({
    url: place,
    policy: { ...RETRY_POLICY, ...options.retry },
    counters: newCounters(),
    signal: options.signal,
    attempt: () => attempt(url, place, options),
  });
}

async function attempt(url: string, place: string, options: RequestOptions): Promise<Answer> {
  const { method = "GET", headers = {}, signal, check, maxBytes = MAX_BYTES } = options;
  const timeout = AbortSignal.timeout(ATTEMPT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const body = await textOf(response, maxBytes, place);
    const answer = { status: response.status, headers: response.headers, body };
    if (answer.status === 429 || answer.status >= 500) throw busy(place, answer);
    check?.(answer);
    return answer;
  } catch (error) {
    if (error instanceof StorageError) throw error;
    if (signal?.aborted) throw new StorageError("aborted", place, "stopped", { cause: signal.reason });
    const what = timeout.aborted ? `no answer within ${ATTEMPT_MS / 1000} s` : reason(error as Error);
    throw new StorageError("network", place, what, { cause: error, transient: !isInVain(error) });
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

async function textOf(response: Response, maxBytes: number, place: string): Promise<string> {
  const parts: string[] = [];
  const decoder = new TextDecoder();
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes)
      throw new StorageError("invalid", place, `an answer of more than ${maxBytes} bytes`);
    parts.push(decoder.decode(part, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}

/**
 * Whether another try meets the same: a blocked port, an unknown scheme (nothing was sent; what the system refused has a
 * code), or a host of that name that does not exist.
 */
function isInVain(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined;
  return cause instanceof Error && (!("code" in cause) || cause.code === "ENOTFOUND");
}

/** What `fetch` hides in the cause of its "fetch failed". */
function reason({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
