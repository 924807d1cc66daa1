import { StorageError } from "./errors.js";
import type { SourceVersion } from "./source.js";

/** Whether two answers are of one version; what an answer leaves out is not compared. */
export function sameVersion(a: SourceVersion, b: SourceVersion): boolean {
  if (a.size !== b.size) return false;
  if (a.etag !== undefined && b.etag !== undefined) return a.etag === b.etag;
  return a.modified === undefined || b.modified === undefined || a.modified === b.modified;
}

/** Throws `changed` where what was seen is not of the version before. */
export function checkVersion(
  url: string,
  before: SourceVersion | undefined,
  seen: SourceVersion | undefined,
): void {
  if (before === undefined || seen === undefined || sameVersion(before, seen)) return;
  const [was, now] = [before, seen].map((v) => `${v.size} bytes, ${v.etag ?? v.modified ?? "no ETag"}`);
  throw new StorageError("changed", url, `the object was replaced while it was read (${was}; now ${now})`);
}

/** Throws `changed` where what is to be replaced is not what is there. */
export function checkReplaced(
  url: string,
  wanted: SourceVersion | undefined,
  there: SourceVersion | undefined,
): void {
  if (wanted !== undefined && there === undefined) throw notReplaced(url);
  checkVersion(url, wanted, there);
}

/** The error of a put whose object to replace is another by now, or gone. */
export function notReplaced(url: string): StorageError {
  return new StorageError("changed", url, "the object that was to be replaced is another now, or gone");
}
