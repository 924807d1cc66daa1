import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Counters } from "../counters.js";
import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";
import { throughGate } from "./host-gate.js";
import type { HttpRequest } from "./message.js";
import { nodeTransport } from "./node-transport.js";
import { wholeBody } from "./whole-body.js";

const transport = throughGate(nodeTransport);
const unzip = promisify(gunzip);

/** A whole answer, of any status. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface Question extends Pick<HttpRequest, "method" | "headers"> {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly idleMs: number;
  readonly counters: Counters;
  /** Longest body, unpacked: a longer one is a StorageError `invalid`. */
  readonly maxBytes: number;
}

/**
 * Asks a service one question: no retries, and redirects are handed back. Through the proxy of the environment, as all
 * requests of this package are. Throws StorageError.
 */
export async function ask(url: string, { signal, maxBytes, ...question }: Question): Promise<WholeAnswer> {
  const shown = redactUrl(url);
  const headers = { "accept-encoding": "gzip", ...question.headers };
  const answer = await transport({ ...question, url: new URL(url), headers, signal });
  const bytes = await wholeBody(answer, shown, { maxBytes });
  const body = answer.header("content-encoding") === "gzip" ? await unpacked(bytes, shown, maxBytes) : bytes;
  return { status: answer.status, headers: answer.headers(), body: new TextDecoder().decode(body) };
}

async function unpacked(bytes: Uint8Array, url: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new StorageError("invalid", url, `unpacked, has more than ${maxBytes} bytes`);
    }
    throw new StorageError("network", url, `the answer cannot be unpacked: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
