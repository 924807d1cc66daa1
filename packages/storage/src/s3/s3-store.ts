import { createHash } from "node:crypto";
import { newCounters, snapshot } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { answeredRange } from "../http/content-range.js";
import { exchange } from "../http/exchange.js";
import type { HttpAnswer, HttpRequest } from "../http/message.js";
import { WHOLE_OBJECT_BYTES, wholeBody } from "../http/whole-body.js";
import { checkRange, pastTheEnd } from "../range.js";
import type { ReadOptions, SourceMetrics } from "../source.js";
import { checkKey, type Store, type StoredObject } from "../store.js";
import { deleteDocument, parseDeleteFailures, parseListPage } from "./listing.js";
import { parseS3Url } from "./location.js";
import { type S3Options, s3ObjectUrl, s3Peer } from "./peer.js";
import { putObject } from "./put.js";

/** DeleteObjects takes no more keys than this. */
const DELETE_BATCH = 1000;

export interface S3Store extends Store {
  metrics(): SourceMetrics;
}

/** The objects below `s3://bucket/prefix` as a store. */
export function s3Store(url: string, options: S3Options = {}): S3Store {
  const { bucket, key: rawPrefix } = parseS3Url(url);
  const root = rawPrefix === "" || rawPrefix.endsWith("/") ? rawPrefix : `${rawPrefix}/`;
  const shown = `s3://${bucket}/${root}`;
  const peer = s3Peer(shown, options);
  const counters = newCounters();

  function at(key: string): { readonly url: string; readonly address: URL } {
    checkKey(shown, key);
    return { url: `${shown}${key}`, address: s3ObjectUrl(bucket, `${root}${key}`) };
  }

  /** Asks about one key; undefined when it is not there. */
  async function ask<T>(
    key: string,
    method: "GET" | "HEAD",
    bytes: number,
    headers: HttpRequest["headers"],
    accept: (answer: HttpAnswer, url: string) => Promise<T>,
    { signal }: ReadOptions = {},
  ): Promise<T | undefined> {
    const { url, address } = at(key);
    try {
      return await exchange(peer, {
        url,
        counters,
        bytes,
        signal,
        ok: [200, 206, 416],
        request: () => ({ method, url: address, headers }),
        accept: (answer) => accept(answer, url),
      });
    } catch (error) {
      // A bucket that is not there is an error; of a key, not being there is an answer.
      if (isStorageError(error, "not-found") && !error.message.includes("NoSuchBucket")) return undefined;
      throw error;
    }
  }

  function head(key: string): Promise<StoredObject | undefined> {
    return ask(key, "HEAD", 0, {}, async (answer) => {
      answer.discard();
      const etag = answer.header("etag");
      return { key, size: Number(answer.header("content-length")), ...(etag !== undefined && { etag }) };
    });
  }

  async function* list(prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        "list-type": "2",
        "encoding-type": "url",
        prefix: `${root}${prefix}`,
      });
      if (token !== undefined) query.set("continuation-token", token);
      const page = await exchange(peer, {
        counters,
        bytes: WHOLE_OBJECT_BYTES,
        ok: [200],
        request: () => ({
          method: "GET",
          url: s3ObjectUrl(bucket, "", query.toString().replace(/\+/g, "%20")),
          headers: {},
        }),
        accept: async (answer) => parseListPage(new TextDecoder().decode(await wholeBody(answer, shown))),
      });
      for (const object of page.objects) yield { ...object, key: object.key.slice(root.length) };
      token = page.next;
    } while (token !== undefined);
  }

  async function deleteBatch(keys: readonly string[]): Promise<void> {
    const body = new TextEncoder().encode(deleteDocument(keys.map((key) => `${root}${key}`)));
    const md5 = createHash("md5").update(body).digest("base64");
    const headers = { "content-type": "application/xml", "content-md5": md5 };
    const failures = await exchange(peer, {
      counters,
      bytes: body.length,
      ok: [200],
      request: () => ({ method: "POST", url: s3ObjectUrl(bucket, "", "delete="), headers, body }),
      accept: async (answer) => parseDeleteFailures(new TextDecoder().decode(await wholeBody(answer, shown))),
    });
    const [first] = failures;
    if (first === undefined) return;
    const code = first.code === "AccessDenied" ? "denied" : "unavailable";
    const what = `${failures.length} of ${keys.length} objects were not deleted, the first ${first.key} (${first.code})`;
    throw new StorageError(code, shown, what);
  }

  return {
    url: shown,
    put: async (key, bytes, putOptions) => putObject(peer, counters, at(key), bytes, putOptions),
    get: (key, getOptions) =>
      ask(
        key,
        "GET",
        WHOLE_OBJECT_BYTES,
        {},
        (answer, url) => wholeBody(answer, url, getOptions),
        getOptions,
      ),
    async getRange(key, offset, length, readOptions) {
      checkRange(`${shown}${key}`, offset, length);
      if (length === 0) return (await head(key)) && new Uint8Array(0);
      const headers = { range: `bytes=${offset}-${offset + length - 1}` };
      const accept = async (answer: HttpAnswer, url: string) => {
        const answered = answeredRange(url, answer, offset, length);
        if (answered.length < length) throw pastTheEnd(url, offset, length, answered.version?.size);
        return wholeBody(answer, url, { maxBytes: length });
      };
      return ask(key, "GET", length, headers, accept, readOptions);
    },
    head,
    list,
    async delete(keys) {
      for (const key of keys) checkKey(shown, key);
      for (let from = 0; from < keys.length; from += DELETE_BATCH) {
        await deleteBatch(keys.slice(from, from + DELETE_BATCH));
      }
    },
    metrics: () => snapshot(counters),
  };
}
