import { StorageError } from "./errors.js";
import type { ReadOptions } from "./source.js";

/** Refuses what is no range at all, before any I/O. */
export function checkRange(url: string, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new StorageError("invalid", url, `no range of bytes: offset ${offset}, length ${length}`);
  }
}

/** The error of every source when the object ends before the range does. */
export function pastTheEnd(url: string, offset: number, length: number, size?: number): StorageError {
  const asked = `${length} bytes from ${offset}`;
  const has = size === undefined ? "ends before" : `has ${size} bytes`;
  return new StorageError("short-read", url, `asked for ${asked}, but the object ${has}`);
}

export function throwIfAborted(url: string, options: ReadOptions | undefined): void {
  if (options?.signal?.aborted) throw aborted(url, options.signal);
}

export function aborted(url: string, signal: AbortSignal): StorageError {
  return new StorageError("aborted", url, "stopped by the caller", { cause: signal.reason });
}
