export type StoreErrorCode =
  | "unreachable" // no answer: the server is down, or does not let this page read (CORS)
  | "denied"
  | "not-a-product"
  | "unsupported"
  | "bad-chunk";

/** Why a store, or part of it, cannot be shown. The message is for the user. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  return error instanceof StoreError && (code === undefined || error.code === code);
}
