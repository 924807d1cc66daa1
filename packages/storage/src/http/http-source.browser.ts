import { redactUrl } from "../redact.js";
import type { OpenSource } from "../source.js";
import type { Peer } from "./exchange.js";
import { fetchTransport } from "./fetch-transport.js";
import { throughGate } from "./host-gate.js";
import { rangeSource } from "./range-source.js";
import { RETRY_POLICY, type RetryPolicy } from "./retry.js";

export interface HttpOptions {
  readonly retry?: Partial<RetryPolicy> | undefined;
}

const transport = throughGate(fetchTransport);

/**
 * An object at an http(s) address, read from a page: over `fetch`, without a token; the browser follows
 * redirects. The server must allow the page's origin and show it `Content-Range` and `ETag` (CORS).
 */
export function httpSource(url: string, options: HttpOptions = {}): OpenSource {
  const address = new URL(url);
  return rangeSource(httpPeer(address, options), address);
}

/** The server at `address`, as a page asks it. */
export function httpPeer(address: URL, { retry }: HttpOptions): Peer {
  const policy = { ...RETRY_POLICY, ...retry };
  return { url: redactUrl(address.href), policy, begin: () => ({ send: transport }) };
}
