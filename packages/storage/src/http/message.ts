import type { Counters } from "../counters.js";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST";
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly idleMs: number;
  /** Where requests, bytes and waiting are counted. */
  readonly counters: Counters;
}

/** An answer whose body has not been read. Exactly one of `consume` and `discard` must be called. */
export interface HttpAnswer {
  readonly status: number;
  /** A browser shows a page only some headers of another origin: then a missing header proves nothing. */
  readonly hidesHeaders: boolean;
  /** A browser unpacks a body that the server packed on the way, so that it is not as long as its header says. */
  readonly unpacks?: boolean;
  header(name: string): string | undefined;
  /** All of them: some names come several times (cookies). */
  headers(): Headers;
  /** Hands over the body in pieces, to be copied at once; fails when it breaks off or `onBytes` throws. */
  consume(onBytes: (bytes: Uint8Array) => void): Promise<void>;
  discard(): void;
}

/** Sends one request. Token, signature, redirects and host limits are wrappers around a transport. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;
