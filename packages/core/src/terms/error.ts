/** What a {@link ZaggError} is about; the command line's exit code follows from it. */
export type ZaggErrorKind =
  | "nothing" // all went well, but nothing came of it
  | "config" // the config, an option or a catalog is wrong: nothing was done
  | "auth" // the source refuses our credentials
  | "upstream" // CMR or the source does not answer
  | "store" // the output store: permission, space, credentials, or not ours to write
  | "machine" // this machine gives no more memory, open files or threads
  | "aborted"; // stopped on request

/**
 * Exit codes of the command line, by kind of error.
 *
 * @example EXIT_CODES.auth; // => 3
 */
export const EXIT_CODES: Readonly<Record<ZaggErrorKind, number>> = {
  nothing: 1,
  config: 2,
  auth: 3,
  upstream: 4,
  store: 5,
  machine: 5,
  aborted: 130,
};

/**
 * Base of every error that `@zagg/core` throws on purpose. `message` says what happened, where, and what to do;
 * `data` carries the same for programs (file, line, key, granule …).
 *
 * @example
 * const missing = { catalog: "missing.json", store: "output.zarr" };
 * await agg("atl06", missing).catch((error: ZaggError) => error.kind); // => "config"
 */
export class ZaggError extends Error {
  override readonly name: string = "ZaggError";
  readonly kind: ZaggErrorKind;
  /** Stable and short, e.g. `unknown-key`. */
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    kind: ZaggErrorKind,
    code: string,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.data = data;
  }
}

/**
 * Whether `value` was thrown on purpose: by `@zagg/core`, or by a package below it, whose errors say the same of
 * themselves (`kind`, `code`, `data`).
 *
 * @example
 * await agg("atl06", { catalog: "missing.json", store: "output.zarr" }).catch(isZaggError); // => true
 */
export function isZaggError(value: unknown): value is ZaggError {
  return value instanceof Error && "kind" in value && Object.hasOwn(EXIT_CODES, String(value.kind));
}
