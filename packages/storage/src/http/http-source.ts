import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";
import type { OpenSource } from "../source.js";
import type { Peer } from "./exchange.js";
import { throughGate } from "./host-gate.js";
import { nodeTransport } from "./node-transport.js";
import { rangeSource } from "./range-source.js";
import { followRedirects, type RedirectMemory } from "./redirects.js";
import { RETRY_POLICY, type RetryPolicy } from "./retry.js";
import { type TokenProvider, withToken } from "./token.js";

export interface HttpSourceOptions {
  /** Bearer token, for `tokenHosts` only. Default: none. */
  readonly token?: TokenProvider | undefined;
  /** Hosts that may get the token; a leading dot means all hosts below. Default: none, so that none gets it by mistake. */
  readonly tokenHosts?: readonly string[] | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

const transport = throughGate(nodeTransport);
const anonymous: RedirectMemory = new Map();
const memories = new WeakMap<TokenProvider, RedirectMemory>();

/** An object at an http(s) address whose server answers ranges. */
export function httpSource(url: string, options: HttpSourceOptions = {}): OpenSource {
  if (!URL.canParse(url)) throw new StorageError("invalid", redactUrl(url), "not an address");
  const address = new URL(url);
  return rangeSource(httpPeer(address, options), address);
}

/** The server at `address`, as Node asks it. */
export function httpPeer(address: URL, { token, tokenHosts = [], retry }: HttpSourceOptions): Peer {
  const memory = memoryOf(token);
  return {
    url: redactUrl(address.href),
    policy: { ...RETRY_POLICY, ...retry },
    begin() {
      const bearer =
        token === undefined ? { send: transport } : withToken(transport, token, tokenHosts, address);
      return { ...bearer, send: followRedirects(bearer.send, memory) };
    },
  };
}

function memoryOf(token: TokenProvider | undefined): RedirectMemory {
  if (token === undefined) return anonymous;
  const known = memories.get(token) ?? new Map();
  memories.set(token, known);
  return known;
}
