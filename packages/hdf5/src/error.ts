/**
 * What went wrong:
 * - `not-hdf5`: the object holds no HDF5 superblock;
 * - `truncated`: the object is shorter than the file says it is, or the source gave fewer bytes than asked for;
 * - `corrupt`: a structure contradicts itself, its checksum, or the bounds of the file;
 * - `unsupported`: a valid file uses something this reader does not (see {@link Hdf5UnsupportedError});
 * - `not-found`: a path names nothing (`component` says which part of it);
 * - `wrong-kind`: a path names a group where a dataset is needed, or the other way round;
 * - `invalid-request`: the caller asked for rows that do not exist, or for numbers of a dataset of strings;
 * - `too-large`: the values asked for would take more than `maxReadBytes`.
 */
export type Hdf5ErrorCode =
  | "not-hdf5"
  | "truncated"
  | "corrupt"
  | "unsupported"
  | "not-found"
  | "wrong-kind"
  | "invalid-request"
  | "too-large";

/** Where it went wrong; filled in as far as it is known. */
export interface Hdf5ErrorPlace {
  readonly url?: string;
  /** The object in the file, e.g. `/gt1l/land_ice_segments/h_li`. */
  readonly path?: string;
  /** Address in the file, in bytes from its base address. */
  readonly address?: number;
  /** For `not-found`: the first part of the path that does not exist. */
  readonly component?: string;
}

/**
 * Every failure that a file or a request can cause. Failures of the byte source pass through as they are.
 *
 * @example new Hdf5Error("corrupt", "a tree that leads back to itself", { path: "/x" }).message; // => "a tree that leads back to itself (/x)"
 */
export class Hdf5Error extends Error {
  override readonly name: string = "Hdf5Error";
  readonly code: Hdf5ErrorCode;
  readonly url?: string;
  readonly path?: string;
  readonly address?: number;
  readonly component?: string;
  /** The message without its place. */
  readonly problem: string;

  constructor(code: Hdf5ErrorCode, problem: string, place: Hdf5ErrorPlace = {}, options?: ErrorOptions) {
    super(problem + placeText(place), options);
    this.code = code;
    this.problem = problem;
    Object.assign(this, place);
  }

  /** The same error, with what the caller knows about its place. */
  within(place: Hdf5ErrorPlace): Hdf5Error {
    return new Hdf5Error(this.code, this.problem, mergePlace(this, place), { cause: this });
  }
}

/**
 * A valid file uses a feature that this reader leaves out; `feature` names it.
 *
 * @example new Hdf5UnsupportedError("the time datatype").message; // => "the time datatype is not supported by this reader"
 */
export class Hdf5UnsupportedError extends Hdf5Error {
  override readonly name = "Hdf5UnsupportedError";
  readonly feature: string;

  constructor(feature: string, place: Hdf5ErrorPlace = {}, options?: ErrorOptions) {
    super("unsupported", `${feature} is not supported by this reader`, place, options);
    this.feature = feature;
  }

  override within(place: Hdf5ErrorPlace): Hdf5UnsupportedError {
    return new Hdf5UnsupportedError(this.feature, mergePlace(this, place), { cause: this });
  }
}

/**
 * Whether this is one of the errors above, and not, for example, one of the byte source.
 *
 * @example
 * const error = await openHdf5(bytesSource(new Uint8Array(100))).catch((error) => error);
 * isHdf5Error(error) && error.code; // => "not-hdf5"
 */
export function isHdf5Error(error: unknown): error is Hdf5Error {
  return error instanceof Hdf5Error;
}

/** Runs `work`; an {@link Hdf5Error} that leaves it says where it happened. */
export async function within<T>(place: Hdf5ErrorPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw placed(place, error);
  }
}

/** As {@link within}, for work that waits for nothing. */
export function withinNow<T>(place: Hdf5ErrorPlace, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw placed(place, error);
  }
}

function placed(place: Hdf5ErrorPlace, error: unknown): unknown {
  return isHdf5Error(error) && error.url === undefined ? error.within(place) : error;
}

/** A structure that contradicts itself, its checksum or the bounds of the file. */
export function corrupt(problem: string, address?: number): Hdf5Error {
  return new Hdf5Error("corrupt", problem, address === undefined ? {} : { address });
}

function mergePlace(inner: Hdf5ErrorPlace, outer: Hdf5ErrorPlace): Hdf5ErrorPlace {
  const place: { -readonly [K in keyof Hdf5ErrorPlace]: Hdf5ErrorPlace[K] } = { ...outer };
  if (inner.url !== undefined) place.url = inner.url;
  if (inner.path !== undefined) place.path = inner.path;
  if (inner.address !== undefined) place.address = inner.address;
  if (inner.component !== undefined) place.component = inner.component;
  return place;
}

function placeText({ url, path, address }: Hdf5ErrorPlace): string {
  const parts = [
    path === undefined ? undefined : path,
    address === undefined ? undefined : `address ${address}`,
    url,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
