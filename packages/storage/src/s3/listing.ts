import { StorageError } from "../errors.js";
import type { StoredObject } from "../store.js";
import { elements, escapeXml, rootOf, textOf, XmlProblem } from "./xml.js";

export interface ListPage {
  readonly objects: readonly StoredObject[];
  /** What the next request must send; undefined on the last page. */
  readonly next: string | undefined;
}

/** Keys of a page: the most that S3 gives. */
export const PAGE_KEYS = 1000;

/** Most bytes of a page: 1,000 keys of 1,024 bytes, percent-encoded, with whatever a server says of each. */
export const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Reads an answer of ListObjectsV2; its keys are percent-encoded when it says so (not every server can). Throws
 * XmlProblem for what is no listing, or not a whole one: an empty folder must never be what a broken answer looks like.
 */
export function parseListPage(xml: string): ListPage {
  const root = rootOf(xml);
  if (root !== "ListBucketResult") throw new XmlProblem(`a <${root}>`);
  const encoded = textOf(xml, "EncodingType") === "url";
  const objects = elements(xml, "Contents").map((entry) => storedObject(entry, encoded));
  if (objects.length > PAGE_KEYS) throw new XmlProblem(`a page of ${objects.length} keys`);
  const count = textOf(xml, "KeyCount");
  if (count !== undefined && Number(count) !== objects.length) {
    throw new XmlProblem(`a page of ${objects.length} keys that says it has ${count}`);
  }
  const truncated = textOf(xml, "IsTruncated");
  if (truncated !== "true" && truncated !== "false")
    throw new XmlProblem("a page that does not say if it is the last");
  const next = truncated === "true" ? textOf(xml, "NextContinuationToken") : undefined;
  if (truncated === "true" && !next)
    throw new XmlProblem("a page that is not the last and leads to no other");
  return { objects, next };
}

function storedObject(entry: string, encoded: boolean): StoredObject {
  const key = textOf(entry, "Key");
  const size = textOf(entry, "Size");
  if (!key) throw new XmlProblem("an object without a key");
  if (size === undefined || !/^\d{1,15}$/.test(size))
    throw new XmlProblem(`an object of ${size ?? "unknown"} bytes`);
  const etag = textOf(entry, "ETag");
  return { key: encoded ? decoded(key) : key, size: Number(size), ...(etag !== undefined && { etag }) };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replace(/\+/g, " "));
  } catch {
    throw new XmlProblem(`the key ${JSON.stringify(key)}, which is not percent-encoded as it says`);
  }
}

/** Pages without a key, one after another, that a server may send; S3 sends some where much was deleted. */
const MOST_EMPTY_PAGES = 100;

/**
 * Checks page after page of one listing, whose keys begin with `prefix` and ascend: so that it ends, gives nothing twice,
 * and is the listing that was asked for. Throws StorageError `invalid`.
 */
export function listingCheck(
  url: string,
  prefix: string,
): (page: ListPage, token: string | undefined) => void {
  let last = Buffer.alloc(0);
  let empty = 0;
  return ({ objects, next }, token) => {
    const wrong = (what: string) => new StorageError("invalid", url, `the server's listing ${what}`);
    if (next !== undefined && next === token) throw wrong("leads from a page to the same page");
    empty = objects.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY_PAGES)
      throw wrong(`has more than ${MOST_EMPTY_PAGES} empty pages one after another`);
    for (const { key } of objects) {
      if (!key.startsWith(prefix))
        throw wrong(`holds ${JSON.stringify(key)}, which does not begin with ${prefix}`);
      const bytes = Buffer.from(key);
      if (Buffer.compare(last, bytes) >= 0)
        throw wrong(`is not in ascending order at ${JSON.stringify(key)}`);
      last = bytes;
    }
  };
}

/** The body of a DeleteObjects request. Quiet: the answer names failures only. */
export function deleteDocument(keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`;
}

/** The keys that DeleteObjects could not delete, with S3's reason. Throws XmlProblem for what is no such answer. */
export function parseDeleteFailures(xml: string): { readonly key: string; readonly code: string }[] {
  const root = rootOf(xml);
  if (root !== "DeleteResult") throw new XmlProblem(`a <${root}>`);
  return elements(xml, "Error").map((entry) => ({
    key: textOf(entry, "Key") ?? "?",
    code: textOf(entry, "Code") ?? "?",
  }));
}
