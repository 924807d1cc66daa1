import type { OutgoingHttpHeaders } from "node:http";
import { isZaggError } from "@zagg/core";
import type { ReadableStore } from "@zagg/product";
import { isStorageError, type Part, type SourceVersion } from "@zagg/storage";

/** What a page asks of an object. */
export interface ObjectQuestion {
  /** How long it is, and of which version. */
  readonly headOnly: boolean;
  /** The header `Range`, where there is one: another than `bytes=a-b` means all, as RFC 9110 allows. */
  readonly range: string | undefined;
}

export type ObjectAnswer =
  | { readonly status: 200 | 206; readonly headers: OutgoingHttpHeaders; readonly bytes: Uint8Array }
  | { readonly status: number; readonly why: string };

const NOTHING = new Uint8Array(0);

/** Reads an object, or a part of it, for a page; the store itself refuses keys that would leave it. */
export async function objectOf(
  store: ReadableStore,
  key: string,
  { headOnly, range }: ObjectQuestion,
): Promise<ObjectAnswer> {
  const part = partIn(range);
  try {
    const answer = headOnly ? lengthOf(store, key) : part ? partOf(store, key, part) : wholeOf(store, key);
    return (await answer) ?? { status: 404, why: "There is no such object." };
  } catch (error) {
    // As S3 answers for what is not there when it may not be listed: the page knows.
    if (isStorageError(error, "denied")) return { status: 403, why: error.message };
    if (isStorageError(error, "short-read")) return { status: 416, why: "The object ends before that." };
    if (isStorageError(error, "invalid")) return { status: 400, why: "That is no key of a store." };
    if (isStorageError(error) || isZaggError(error)) return { status: 502, why: error.message };
    throw error;
  }
}

async function wholeOf(store: ReadableStore, key: string): Promise<ObjectAnswer | undefined> {
  const bytes = await store.get(key);
  return bytes && { status: 200, headers: {}, bytes };
}

async function lengthOf(store: ReadableStore, key: string): Promise<ObjectAnswer | undefined> {
  const nothing = await store.getPart(key, { last: 0 });
  if (!nothing) return undefined;
  const { version } = nothing;
  // Some servers tell no length until all is sent.
  const length = version?.size ?? (await store.get(key))?.length;
  return { status: 200, headers: { "content-length": length, ...tagOf(version) }, bytes: NOTHING };
}

async function partOf(
  store: ReadableStore,
  key: string,
  part: Extract<Part, { offset: number }>,
): Promise<ObjectAnswer | undefined> {
  const found = await store.getPart(key, part);
  if (!found) return undefined;
  const { bytes, version } = found;
  const range = `bytes ${part.offset}-${part.offset + part.length - 1}/${version?.size ?? "*"}`;
  return { status: 206, headers: { "content-range": range, ...tagOf(version) }, bytes };
}

/** The version of an object, so that the page can tell it from the next. */
function tagOf(version: SourceVersion | undefined): OutgoingHttpHeaders {
  const tag = version?.etag ?? (version?.modified && JSON.stringify(`${version.size}-${version.modified}`));
  return tag === undefined ? {} : { etag: tag };
}

function partIn(range: string | undefined): Extract<Part, { offset: number }> | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range ?? "") ?? [];
  const offset = Number(from);
  const length = Number(to) - offset + 1;
  return length >= 1 ? { offset, length } : undefined;
}
