import type { OutgoingHttpHeaders } from "node:http";
import { isZaggError } from "@zagg/core";
import type { ReadableStore } from "@zagg/product";
import { isStorageError, type Part, type SourceVersion, StorageError } from "@zagg/storage";

/** What a page asks of an object. */
export interface ObjectQuestion {
  /** How long it is, and of which version. */
  readonly headOnly: boolean;
  /** The header `Range`, where there is one: another than `bytes=a-b` means all, as RFC 9110 allows. */
  readonly range: string | undefined;
}

export type ObjectAnswer =
  | {
      readonly status: 200 | 206;
      /** Its length among them. */
      readonly headers: OutgoingHttpHeaders;
      readonly body: AsyncIterable<Uint8Array>;
    }
  | { readonly status: number; readonly why: string };

type Span = Extract<Part, { offset: number }>;

const TOO_SHORT = { status: 416, why: "The object ends before that." } as const;
/** Objects are handed on in pieces, for there is no telling how long one of a hostile store is. */
const PIECE_BYTES = 8 * 2 ** 20;

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
    if (isStorageError(error, "short-read")) return TOO_SHORT;
    if (isStorageError(error, "invalid")) return { status: 400, why: "That is no key of a store." };
    if (isStorageError(error) || isZaggError(error)) return { status: 502, why: error.message };
    throw error;
  }
}

async function wholeOf(store: ReadableStore, key: string): Promise<ObjectAnswer | undefined> {
  const end = await store.getPart(key, { last: PIECE_BYTES });
  if (!end) return undefined;
  const { bytes, version } = end;
  const length = Math.max(version?.size ?? 0, bytes.length);
  const front = pieces(store, key, { offset: 0, length: length - bytes.length }, version);
  return {
    status: 200,
    headers: { "content-length": length, ...tagOf(version) },
    body: inTurn(front, [bytes]),
  };
}

async function lengthOf(store: ReadableStore, key: string): Promise<ObjectAnswer | undefined> {
  const nothing = await store.getPart(key, { last: 0 });
  if (!nothing) return undefined;
  const { version } = nothing;
  // Some servers tell no length until all is sent.
  const length = version?.size ?? (await store.get(key))?.length;
  return { status: 200, headers: { "content-length": length, ...tagOf(version) }, body: inTurn() };
}

async function partOf(
  store: ReadableStore,
  key: string,
  { offset, length }: Span,
): Promise<ObjectAnswer | undefined> {
  const front = await store.getPart(key, { offset, length: Math.min(length, PIECE_BYTES) });
  if (!front) return undefined;
  const { bytes, version } = front;
  const end = offset + length;
  if (version?.size !== undefined && version.size < end) return TOO_SHORT;
  const rest = { offset: offset + bytes.length, length: length - bytes.length };
  return {
    status: 206,
    headers: {
      "content-length": length,
      "content-range": `bytes ${offset}-${end - 1}/${version?.size ?? "*"}`,
      ...tagOf(version),
    },
    body: inTurn([bytes], pieces(store, key, rest, version)),
  };
}

/** Bytes of an object, piece after piece; an error where it is not the one of that version any more. */
async function* pieces(
  store: ReadableStore,
  key: string,
  { offset, length }: Span,
  version: SourceVersion | undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < offset + length; at += PIECE_BYTES) {
    const span = { offset: at, length: Math.min(PIECE_BYTES, offset + length - at) };
    const piece = await store.getPart(key, span, { version });
    if (!piece) throw new StorageError("changed", `${store.url}/${key}`, "is gone while it was read");
    yield piece.bytes;
  }
}

async function* inTurn(
  ...parts: readonly (AsyncIterable<Uint8Array> | Iterable<Uint8Array>)[]
): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* part;
}

/** The version of an object, so that the page can tell it from the next. */
function tagOf(version: SourceVersion | undefined): OutgoingHttpHeaders {
  const tag = version?.etag ?? (version?.modified && JSON.stringify(`${version.size}-${version.modified}`));
  return tag === undefined ? {} : { etag: tag };
}

function partIn(range: string | undefined): Span | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range ?? "") ?? [];
  const offset = Number(from);
  const length = Number(to) - offset + 1;
  return length >= 1 ? { offset, length } : undefined;
}
