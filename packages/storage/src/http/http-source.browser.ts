import { redactUrl } from "../redact.js";
import type { OpenSource } from "../source.js";
import { fetchTransport } from "./fetch-transport.js";
import { throughGate } from "./host-gate.js";
import { rangeSource } from "./range-source.js";
import { RETRY_POLICY, type RetryPolicy } from "./retry.js";

const transport = throughGate(fetchTransport);

/**
 * An object at an http(s) address, read from a page: over `fetch`, without a token; the browser follows
 * redirects. The server must allow the page's origin and show it `Content-Range` and `ETag` (CORS).
 */
export function httpSource(
  url: string,
  options: { readonly retry?: Partial<RetryPolicy> | undefined } = {},
): OpenSource {
  const policy = { ...RETRY_POLICY, ...options.retry };
  return rangeSource({ url: redactUrl(url), policy, begin: () => ({ send: transport }) }, new URL(url));
}
