/** What was wrong with an argument. */
export type HealpixErrorCode = "order" | "cell" | "morton" | "polygon" | "length";

/** The one error of this package: an argument that names no cell, order or polygon. */
export class HealpixError extends Error {
  override readonly name = "HealpixError";
  readonly code: HealpixErrorCode;

  constructor(code: HealpixErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function isHealpixError(error: unknown): error is HealpixError {
  return error instanceof HealpixError;
}
