import { StorageError } from "../errors.js";
import { aborted } from "../range.js";
import { redactUrl } from "../redact.js";
import type { HttpAnswer, HttpRequest } from "./message.js";

/** fetch tells an unknown host, a refused connection and a CORS refusal in the same words. */
const NO_ANSWER = "no answer: it is down, or does not allow other sites to read it (CORS)";

/** Sends with the global `fetch`, for browsers; redirects are followed by the browser. */
export async function fetchTransport(request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, headers, body, signal, idleMs } = request;
  const address = redactUrl(url.href);
  const connection = new AbortController();
  const onAbort = () => connection.abort(signal?.reason);
  if (signal?.aborted) throw aborted(address, signal);
  signal?.addEventListener("abort", onAbort, { once: true });
  const done = () => signal?.removeEventListener("abort", onAbort);

  async function alive<T>(step: Promise<T>): Promise<T> {
    const timer = setTimeout(() => connection.abort(new Error(`no byte for ${idleMs / 1000} s`)), idleMs);
    try {
      return await step;
    } catch (error) {
      done();
      if (signal?.aborted) throw aborted(address, signal);
      throw new StorageError("network", address, String(connection.signal.reason ?? NO_ANSWER), {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  const payload = body === undefined ? {} : { body: body.slice() };
  const response = await alive(fetch(url, { method, headers, ...payload, signal: connection.signal }));
  return {
    status: response.status,
    hidesHeaders: response.type === "cors",
    unpacks: true,
    header: (name) => response.headers.get(name) ?? undefined,
    headers: () => response.headers,
    async consume(onBytes) {
      const reader = response.body?.getReader();
      try {
        while (reader !== undefined) {
          const { done: ended, value } = await alive(reader.read());
          if (ended) return;
          onBytes(value);
        }
      } catch (error) {
        connection.abort();
        throw error;
      } finally {
        done();
      }
    },
    discard() {
      done();
      connection.abort();
    },
  };
}
