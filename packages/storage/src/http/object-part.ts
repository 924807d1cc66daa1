import { StorageError } from "../errors.js";
import { pastTheEnd } from "../range.js";
import type { ObjectPart, Part, PartOptions } from "../store.js";
import { rangeOf } from "../store-part.js";
import { checkVersion } from "../version.js";
import { answeredEnd, answeredRange, versionOf } from "./content-range.js";
import type { HttpAnswer } from "./message.js";
import { wholeBody } from "./whole-body.js";

/** How a part that is not empty is asked for (RFC 9110, section 14.1.2). */
export function rangeHeader(part: Part): string {
  if ("last" in part) return `bytes=-${part.last}`;
  return `bytes=${part.offset}-${part.offset + part.length - 1}`;
}

/** Whether there is nothing to ask for. */
export function isEmpty(part: Part): boolean {
  return ("last" in part ? part.last : part.length) === 0;
}

/**
 * The part of an object in an answer (200, 206 or 416) to the request for it, checked against what was asked for. A server
 * that knows no ranges sends the whole object, which has the part.
 */
export async function readPart(
  answer: HttpAnswer,
  url: string,
  part: Part,
  { version: wanted }: PartOptions = {},
): Promise<ObjectPart> {
  if (answer.status === 200) {
    const bytes = await wholeBody(answer, url);
    const version = versionOf(answer, bytes.length);
    checkVersion(url, wanted, version);
    if ("last" in part) return { bytes, version };
    const { offset, length } = rangeOf(url, part, bytes.length);
    return { bytes: bytes.subarray(offset, offset + length), version };
  }
  const answered =
    "last" in part
      ? answeredEnd(url, answer, part.last)
      : answeredRange(url, answer, part.offset, part.length);
  // A page may see when an object was changed where it does not see how long it is.
  checkVersion(url, wanted, answered.version ?? (wanted && versionOf(answer, wanted.size)));
  const { length, version } = answered;
  if ("length" in part && length < part.length) {
    throw pastTheEnd(url, part.offset, part.length, version?.size);
  }
  if (answer.status === 416) {
    answer.discard(); // what it says is no part of the object
    return { bytes: new Uint8Array(0), version };
  }
  const bytes = await wholeBody(answer, url, { maxBytes: length });
  if (bytes.length === length) return { bytes, version };
  throw new StorageError("network", url, `the body ended ${length - bytes.length} bytes early`);
}
