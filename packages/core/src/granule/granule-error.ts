/**
 * Why a granule could not be read:
 * `missing` not there · `auth` our credentials are refused · `corrupt` not (or not whole) HDF5 · `network` could
 * not be fetched, may work later · `unsupported` readable, but not what the config expects · `internal` a mistake of
 * ours · `crash`, `memory` what read it ended, or ran out of memory.
 */
export type GranuleFailureKind =
  | "missing"
  | "auth"
  | "corrupt"
  | "network"
  | "unsupported"
  | "internal"
  | "crash"
  | "memory";

/** A granule (one HDF5 file) could not be read for a shard. */
export class GranuleError extends Error {
  override readonly name = "GranuleError";
  readonly kind: GranuleFailureKind;
  /** Id of the granule: its file name. */
  readonly granule: string;
  /** Stable and short, e.g. `not-found`, `bad-checksum`. */
  readonly code: string;

  constructor(
    kind: GranuleFailureKind,
    granule: string,
    code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.granule = granule;
    this.code = code;
  }
}

/** Whether `value` is a {@link GranuleError}. */
export function isGranuleError(value: unknown): value is GranuleError {
  return value instanceof GranuleError;
}

/** The datasets of a group do not fit together. */
export class MisfitError extends Error {
  override readonly name = "MisfitError";
  readonly code = "length-mismatch";
}
