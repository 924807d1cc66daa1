import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { type Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { StorageError } from "../errors.js";
import { free } from "../free.js";
import { aborted } from "../range.js";
import { redactUrl } from "../redact.js";
import type { HttpAnswer, HttpRequest } from "./message.js";
import { type HttpProxy, proxyFor, proxyHeaders } from "./proxy.js";
import { ProxyError, tunnelAgent } from "./tunnel.js";
import { isResolved, patienceWith } from "./unresolved.js";

// node:https with kept-alive sockets costs a third of the CPU of the global fetch, per request and per byte.
// The number of sockets is bounded by the host gate. Idle ones do not keep the process alive.
const agents: Readonly<Record<"http:" | "https:", HttpAgent | HttpsAgent>> = {
  "http:": new HttpAgent({ keepAlive: true, maxFreeSockets: 64 }),
  "https:": tunnelAgent({ keepAlive: true, maxFreeSockets: 64 }),
};

/** Unread bodies up to this size are drained, which keeps the socket; larger ones cost the socket. */
const DRAIN_BYTES = 64 * 1024;

/** Failures of one connection, which another may not have; others (unknown host, TLS) are told at once. */
const TRANSIENT = new Set(
  "ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT EAI_AGAIN ENETUNREACH EHOSTUNREACH ESTALLED".split(
    " ",
  ),
);

/** Sends over node:http or node:https. Does not follow redirects. */
export async function nodeTransport(request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await sendOnce(request, true);
  } catch (error) {
    if (!(error instanceof StaleSocketError)) throw error;
    // The server closed a kept-alive socket just as we used it: nothing is wrong, take a new one. (It may have
    // got the request: conditional puts know, see s3/put.ts.)
    return await sendOnce(request, false);
  }
}

class StaleSocketError extends Error {}

function sendOnce(request: HttpRequest, keptAlive: boolean): Promise<HttpAnswer> {
  const { url, method, body, signal, idleMs } = request;
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new StorageError("invalid", redactUrl(url.href), `not an HTTP address (${url.protocol})`);
  }
  // TLS goes through a tunnel, which its agent asks for; plain requests are given to the proxy itself.
  const proxy = url.protocol === "http:" ? proxyFor(url) : undefined;
  const peer = proxy?.url ?? url;
  const secure = peer.protocol === "https:";
  const agent =
    keptAlive && proxy === undefined ? agents[url.protocol] : url.protocol === "https:" && tunnelAgent({});
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(redactUrl(url.href), signal));
    const headers: Record<string, string | number> = { "accept-encoding": "identity", ...request.headers };
    if (body !== undefined) headers["content-length"] = body.length;
    const options = {
      method,
      headers,
      agent,
      timeout: idleMs,
      ...(proxy && throughProxy(proxy, url, headers)),
    };
    const asked = performance.now();
    const sent: ClientRequest = (secure ? httpsRequest : httpRequest)(peer, options);
    const onAbort = () => sent.destroy(new Error("aborted"));
    signal?.addEventListener("abort", onAbort, { once: true });
    sent.on("close", () => signal?.removeEventListener("abort", onAbort));
    sent.on("timeout", () => sent.destroy(stalled(idleMs)));
    sent.on("error", (error) => {
      const stale = sent.reusedSocket && isReset(error) && !signal?.aborted;
      reject(stale ? new StaleSocketError() : networkError(url, error, signal, asked));
    });
    sent.on("response", (response) => {
      isResolved(url.host);
      resolve(answer(request, sent, response));
    });
    sent.end(body);
  });
}

/** The request as a proxy takes it: the whole address in place of the path. */
function throughProxy(proxy: HttpProxy, url: URL, headers: Readonly<Record<string, string | number>>) {
  const path = `${url.origin}${url.pathname}${url.search}`;
  return { path, headers: { host: url.host, ...headers, ...proxyHeaders(proxy) } };
}

function answer(request: HttpRequest, sent: ClientRequest, response: IncomingMessage): HttpAnswer {
  const { url, signal } = request;
  let failure: Error | undefined;
  response.on("error", (error) => {
    failure = error;
  });
  // The error given to `sent.destroy` (stall, abort) arrives at the request; the response only says "aborted".
  let cause: Error | undefined;
  sent.on("error", (error) => {
    cause = error;
  });
  return {
    status: response.statusCode ?? 0,
    hidesHeaders: false,
    header(name) {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headers() {
      const all = new Headers();
      const { rawHeaders } = response;
      for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
        all.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
      }
      return all;
    },
    consume: (onBytes) =>
      new Promise((resolve, reject) => {
        const fail = (error: Error | undefined) => reject(networkError(url, cause ?? error, signal));
        if (failure !== undefined || (response.destroyed && !response.readableEnded)) return fail(failure);
        // Has been copied; freed when the next one comes, until when the parser is still at it.
        let last: Buffer | undefined;
        response.on("data", (bytes: Buffer) => {
          try {
            onBytes(bytes);
            if (last) free([last]);
            last = bytes.length === bytes.buffer.byteLength ? bytes : undefined;
          } catch (error) {
            reject(error);
            sent.destroy();
          }
        });
        response.on("end", resolve);
        response.on("close", () => {
          if (!response.complete) fail(failure);
        });
      }),
    discard() {
      if (Number(response.headers["content-length"] ?? Infinity) <= DRAIN_BYTES) response.resume();
      else sent.destroy();
    },
  };
}

function stalled(idleMs: number): Error {
  return Object.assign(new Error(`no byte for ${idleMs / 1000} s`), { code: "ESTALLED" });
}

function isReset(error: Error): boolean {
  return "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

function networkError(
  url: URL,
  error: Error | undefined,
  signal: AbortSignal | undefined,
  asked?: number,
): StorageError {
  const address = redactUrl(url.href);
  if (signal?.aborted) return aborted(address, signal);
  const code = error !== undefined && "code" in error ? String(error.code) : "ECONNRESET";
  const isUnknown = code === "EAI_AGAIN";
  if (!isUnknown) isResolved(url.host);
  const transient =
    error instanceof ProxyError ? error.transient : TRANSIENT.has(code) || code.startsWith("HPE_");
  return new StorageError("network", address, `${error?.message ?? "the connection closed"} (${code})`, {
    transient,
    // Of a proxy, too, which all that goes to this host would have to go through.
    ...(isUnknown && asked !== undefined && { patienceMs: patienceWith(url.host, asked) }),
    cause: error,
  });
}
