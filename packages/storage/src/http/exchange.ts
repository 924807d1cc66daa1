import type { Counters } from "../counters.js";
import { StorageError, type StorageErrorCode } from "../errors.js";
import { aborted } from "../range.js";
import type { HttpAnswer, HttpRequest, Send } from "./message.js";
import { refusal } from "./refusal.js";
import { type RetryPolicy, withRetry } from "./retry.js";

/** Slower than this is taken for broken: an attempt may last the idle time plus its bytes at this rate. */
export const MIN_BYTES_PER_SECOND = 64 * 1024;

/** Who answers, and how we show who we are. */
export interface Peer {
  /** For messages: redacted. */
  readonly url: string;
  readonly policy: RetryPolicy;
  /** Begins one exchange, which knows the credentials it has used. */
  begin(): Session;
}

export interface Session {
  readonly send: Send;
  /** Gets other credentials than those just refused; false when there are none. */
  refresh?(code: StorageErrorCode): Promise<boolean>;
}

export interface Exchange<T> {
  /** For messages: the object asked for, redacted. Default: the peer's. */
  readonly url?: string;
  readonly counters: Counters;
  readonly signal?: AbortSignal | undefined;
  /** Most bytes that go or come. */
  readonly bytes: number;
  /** The statuses that `accept` takes; others become errors. */
  readonly ok: readonly number[];
  /** Made anew for every attempt. */
  request(): Pick<HttpRequest, "method" | "url" | "headers" | "body">;
  accept(answer: HttpAnswer): Promise<T>;
  progress?(): number;
}

/** One request and its answer, tried until the answer is good, refused for good, or the budget is spent. */
export function exchange<T>(peer: Peer, what: Exchange<T>): Promise<T> {
  const { policy } = peer;
  const url = what.url ?? peer.url;
  const session = peer.begin();
  return withRetry({
    url,
    policy,
    counters: what.counters,
    signal: what.signal,
    ...(session.refresh && { refresh: session.refresh }),
    ...(what.progress && { progress: what.progress }),
    attempt: () =>
      withinTime(url, timeLimitMs(policy, what.bytes), what.signal, async (signal) => {
        const request = { ...what.request(), signal, idleMs: policy.idleMs, counters: what.counters };
        const answer = await session.send(request);
        if (!what.ok.includes(answer.status)) throw await refusal(url, request, answer);
        try {
          return await what.accept(answer);
        } catch (error) {
          answer.discard();
          throw error;
        }
      }),
  });
}

function timeLimitMs(policy: RetryPolicy, bytes: number): number {
  return policy.idleMs + (bytes / MIN_BYTES_PER_SECOND) * 1000;
}

/** Idle times do not catch a server that drips: the whole attempt is bounded too. */
async function withinTime<T>(
  url: string,
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (outer?.aborted) throw aborted(url, outer);
  const inner = new AbortController();
  const stop = () => inner.abort(outer?.reason);
  outer?.addEventListener("abort", stop, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    inner.abort();
  }, ms);
  try {
    return await work(inner.signal);
  } catch (error) {
    if (late)
      throw new StorageError("network", url, `not done in ${Math.round(ms / 1000)} s`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", stop);
  }
}
