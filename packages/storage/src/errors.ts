/**
 * Why bytes could not be read or written.
 *
 * - `not-found`: no such object, file or bucket
 * - `auth`: the credentials or token are refused, expired or missing
 * - `denied`: the credentials are known but may not do this
 * - `network`: connection failed, was reset, stalled, or broke off in the body
 * - `throttled`: the server asks for fewer requests (429, 503)
 * - `unavailable`: the server failed (500, 502, 504 and their like)
 * - `changed`: the object is no longer the one that was opened
 * - `short-read`: the object ends before the range that was asked for
 * - `exists`: a conditional put found the key taken
 * - `no-space`: the disk or quota is full
 * - `aborted`: the caller's signal
 * - `invalid`: a wrong argument, or an answer that breaks the protocol (another range, another length)
 */
export type StorageErrorCode =
  | "not-found"
  | "auth"
  | "denied"
  | "network"
  | "throttled"
  | "unavailable"
  | "changed"
  | "short-read"
  | "exists"
  | "no-space"
  | "aborted"
  | "invalid";

const TRANSIENT: ReadonlySet<StorageErrorCode> = new Set(["network", "throttled", "unavailable"]);

export interface StorageErrorDetails {
  /** HTTP status of the answer, where there was one. */
  readonly status?: number;
  /** What the server said to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether another try may help; by default true for network, throttled and unavailable. */
  readonly transient?: boolean;
  /** How long it is worth trying again, in milliseconds, where that is shorter than for other transient failures. */
  readonly patienceMs?: number;
  readonly cause?: unknown;
}

/**
 * The one error of this package. `url` is redacted: signed queries and passwords are left out.
 *
 * @example
 * await fileSource("missing.h5").size().catch((error: StorageError) => error.code); // => "not-found"
 */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;
  readonly url: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly transient: boolean;
  readonly patienceMs: number | undefined;

  constructor(code: StorageErrorCode, url: string, what: string, details: StorageErrorDetails = {}) {
    super(`${url}: ${what}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.url = url;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.patienceMs = details.patienceMs;
    this.transient = details.transient ?? TRANSIENT.has(code);
  }
}

/**
 * Whether `error` is a StorageError, of one of `codes` when any are given.
 *
 * @example
 * await fileSource("missing.h5").size().catch((error) => isStorageError(error, "not-found")); // => true
 */
export function isStorageError(error: unknown, ...codes: StorageErrorCode[]): error is StorageError {
  return error instanceof StorageError && (codes.length === 0 || codes.includes(error.code));
}
