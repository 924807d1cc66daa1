import { StorageError } from "./errors.js";
import type { ReadOptions, SourceVersion } from "./source.js";

export interface PutOptions {
  /** `"*"`: only if the key is free, atomically; else a StorageError `exists`. */
  readonly ifNoneMatch?: "*" | undefined;
  /**
   * The version to replace: where another lies there, or none, a StorageError `changed`. On S3 and in memory atomically; on a
   * disk others may come in between, and whoever minds looks again afterwards.
   */
  readonly ifMatch?: SourceVersion | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where whole objects go. A put is all or nothing: readers see the old object or the new one. */
export interface WritableStore {
  /** For messages: already redacted. */
  readonly url: string;
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag?: string;
}

export interface GetOptions extends ReadOptions {
  /** Most bytes that the caller takes: a longer object is a StorageError `invalid`, and is not read. Default: 512 MiB. */
  readonly maxBytes?: number | undefined;
}

/** Which part of an object: exactly `length` bytes from `offset`, or the `last` ones, all where there are fewer. */
export type Part = { readonly offset: number; readonly length: number } | { readonly last: number };

export interface PartOptions extends ReadOptions {
  /** The version that the part must be of: of another it is a StorageError `changed`. Default: any. */
  readonly version?: SourceVersion | undefined;
}

export interface ObjectPart {
  /** What was asked for. Of the last bytes more, the whole object, where a server does not know ranges. */
  readonly bytes: Uint8Array;
  /** What the part is of; undefined where a server does not show it to a page, which is so only for parts by offset. */
  readonly version: SourceVersion | undefined;
}

/** Objects to read by key; keys are relative, with `/` between segments. */
export interface ReadableStore {
  /** For messages: already redacted. */
  readonly url: string;
  /** Undefined: no such key. */
  get(key: string, options?: GetOptions): Promise<Uint8Array | undefined>;
  /** Exactly `length` bytes, or a StorageError `short-read`; undefined: no such key. */
  getRange(
    key: string,
    offset: number,
    length: number,
    options?: ReadOptions,
  ): Promise<Uint8Array | undefined>;
  /** A part of an object and its version, so that the next part can be of the same; else as `getRange`. */
  getPart(key: string, part: Part, options?: PartOptions): Promise<ObjectPart | undefined>;
  /** All objects whose key starts with `prefix`, whatever the depth, in ascending order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>;
}

/** Objects by key. */
export interface Store extends WritableStore, ReadableStore {
  head(key: string): Promise<StoredObject | undefined>;
  /** Keys that do not exist are no error. */
  delete(keys: readonly string[]): Promise<void>;
}

/** Refuses keys that would leave the store or that some store could not hold. */
export function checkKey(url: string, key: string): void {
  const wrong = key.split("/").some((part) => part === "" || part === "." || part === "..");
  if (wrong || key.includes("\\") || key.includes("\0")) {
    throw new StorageError("invalid", url, `not a key of a store: ${JSON.stringify(key)}`);
  }
}

/** Objects are read whole into memory, and a chunk has some megabytes: what is longer than this is no object of a store. */
const MOST_OBJECT_BYTES = 512 * 1024 * 1024;

/** Refuses an object that is longer than the caller takes. */
export function checkLength(url: string, length: number, options: GetOptions = {}): void {
  const { maxBytes = MOST_OBJECT_BYTES } = options;
  if (length > maxBytes) {
    throw new StorageError(
      "invalid",
      url,
      `has ${length} bytes, and may have no more than ${maxBytes} bytes`,
    );
  }
}
