import { StorageError } from "../errors.js";
import type { SourceVersion } from "../source.js";
import type { HttpAnswer } from "./message.js";

/** What an answer to a range request says of itself, checked. */
export interface AnsweredRange {
  /** Bytes in the body. */
  readonly length: number;
  /** Undefined where the answer does not show it. */
  readonly version: SourceVersion | undefined;
}

/**
 * Checks that `answer` (200, 206 or 416) answers the request for `length` bytes from `start`: a 206 must name
 * that range, cut at most at the object's end; a 200 must be the whole object and fit. Anything else, such as a
 * server that ignores ranges, is `invalid`: its bytes would be silently wrong.
 */
export function answeredRange(url: string, answer: HttpAnswer, start: number, length: number): AnsweredRange {
  const asked = `bytes ${start}-${start + length - 1}`;
  const wrong = (what: string) =>
    new StorageError("invalid", url, `asked for ${asked}, ${what}; nothing of it was used`);
  if (answer.status === 200) {
    const size = wholeNumber(answer.header("content-length"));
    if (start !== 0 || size === undefined || size > length) {
      throw wrong(`the server ignored the range and sent the whole object (${size ?? "unknown"} bytes)`);
    }
    return { length: size, version: versionOf(answer, size) };
  }
  const header = answer.header("content-range");
  if (header === undefined && answer.hidesHeaders) return { length, version: undefined };
  const parts = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(header ?? "");
  const size = wholeNumber(parts?.[3]);
  if (answer.status === 416) {
    // Not all servers say the size here; that no byte is at 0 says it too.
    const known = size ?? (start === 0 ? 0 : undefined);
    return { length: 0, version: known === undefined ? undefined : versionOf(answer, known) };
  }
  if (size === undefined) throw wrong(`the answer's Content-Range is ${JSON.stringify(header)}`);
  const end = Math.min(start + length, size);
  if (Number(parts?.[1]) !== start || Number(parts?.[2]) !== end - 1) {
    throw wrong(`the server answered ${JSON.stringify(header)}`);
  }
  const declared = wholeNumber(answer.header("content-length"));
  if (declared !== undefined && declared !== end - start) {
    throw wrong(`the server answered ${JSON.stringify(header)} with ${declared} bytes`);
  }
  return { length: end - start, version: versionOf(answer, size) };
}

/** The same of an answer to the request for the `last` bytes: all of an object that has fewer. */
export function answeredEnd(url: string, answer: HttpAnswer, last: number): AnsweredRange {
  const size = wholeNumber(/\/(\d+)$/.exec(answer.header("content-range") ?? "")?.[1]);
  // An object without bytes has no last ones.
  if (answer.status === 416 && !size) return { length: 0, version: versionOf(answer, 0) };
  if (size === undefined) return answeredRange(url, answer, 0, last);
  return answeredRange(url, answer, Math.max(0, size - last), Math.min(last, size));
}

/** What an answer says of the version of an object of `size` bytes. */
export function versionOf(answer: HttpAnswer, size: number): SourceVersion {
  const etag = answer.header("etag");
  const modified = answer.header("last-modified");
  return { size, ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) };
}

/** A length as headers write it; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
