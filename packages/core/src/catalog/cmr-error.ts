import { ZaggError } from "../terms/index.js";

/**
 * Why CMR gave no complete answer.
 *
 * - `unavailable`: it did not answer, or only with server errors, however often it was asked
 * - `refused`: it refuses the query; its own words are in the message
 * - `invalid-answer`: it answered what is no search result
 * - `incomplete`: it said how many granules there are and sent another number
 */
export type CmrErrorCode = "unavailable" | "refused" | "invalid-answer" | "incomplete";

/**
 * CMR could not be asked. `data.url` is the query.
 *
 * @example
 * const cmr = { url: "http://127.0.0.1:9", retry: { budgetMs: 0 } }; // nobody answers there
 * await catalogFromCmr(defaultConfig(), { cycle: 22, cmr }).catch((error: CmrError) => error.kind); // => "upstream"
 */
export class CmrError extends ZaggError {
  override readonly name = "CmrError";
  declare readonly code: CmrErrorCode;

  constructor(
    code: CmrErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(code === "refused" ? "config" : "upstream", code, message, data, options);
  }
}

/**
 * Whether `value` is a {@link CmrError}.
 *
 * @example
 * const cmr = { url: "http://127.0.0.1:9", retry: { budgetMs: 0 } }; // nobody answers there
 * await catalogFromCmr(defaultConfig(), { cycle: 22, cmr }).catch(isCmrError); // => true
 */
export function isCmrError(value: unknown): value is CmrError {
  return value instanceof CmrError;
}
