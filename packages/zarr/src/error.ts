/**
 * `unsupported` a dtype, codec or layout that this package does not write or read · `corrupt` a chunk whose bytes
 * do not decode to what its array says · `invalid` an argument that no Zarr document can hold.
 */
export type ZarrErrorCode = "unsupported" | "corrupt" | "invalid";

/** Base of every error of `@zagg/zarr`. */
export class ZarrError extends Error {
  override readonly name = "ZarrError";
  readonly code: ZarrErrorCode;

  constructor(code: ZarrErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether `value` is an error of `@zagg/zarr`. */
export function isZarrError(value: unknown): value is ZarrError {
  return value instanceof ZarrError;
}
