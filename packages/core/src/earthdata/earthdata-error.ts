import { ZaggError } from "../terms/index.js";

/**
 * Why Earthdata, the source's login, does not let us in.
 *
 * - `no-account`: no token, user or netrc entry was found
 * - `invalid-login`: the user name or password is refused
 * - `token-refused`: the token is refused, expired or malformed
 * - `eula`: the account has not agreed to the data's terms; `data.resolutionUrl` is where to do it
 * - `netrc`: the netrc file cannot be used
 * - `foreign-redirect`: a server sent us to a host that must not see credentials
 * - `invalid-answer`: an answer that is not what the service is known to send
 * - `unavailable`: the service does not answer
 */
export type EarthdataErrorCode =
  | "no-account"
  | "invalid-login"
  | "token-refused"
  | "eula"
  | "netrc"
  | "foreign-redirect"
  | "invalid-answer"
  | "unavailable";

/**
 * Logging in to the source failed. Says nothing of the output store, whose credentials are AWS's own.
 *
 * @example
 * await earthdataToken({ env: { HOME: "." } }).catch((error: EarthdataError) => error.code); // => "no-account"
 */
export class EarthdataError extends ZaggError {
  override readonly name = "EarthdataError";
  declare readonly code: EarthdataErrorCode;

  constructor(
    code: EarthdataErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(
      code === "unavailable" || code === "invalid-answer" ? "upstream" : "auth",
      code,
      message,
      data,
      options,
    );
  }
}

/**
 * Whether `value` is an {@link EarthdataError}.
 *
 * @example await earthdataToken({ env: { HOME: "." } }).catch(isEarthdataError); // => true
 */
export function isEarthdataError(value: unknown): value is EarthdataError {
  return value instanceof EarthdataError;
}
