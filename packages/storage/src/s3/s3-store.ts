import { createHash } from "node:crypto";
import { newCounters, snapshot } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { wholeNumber } from "../http/content-range.js";
import { exchange } from "../http/exchange.js";
import type { HttpAnswer, HttpRequest } from "../http/message.js";
import { isEmpty, rangeHeader, readPart } from "../http/object-part.js";
import { codeOfS3 } from "../http/refusal.js";
import { WHOLE_OBJECT_BYTES, wholeBody } from "../http/whole-body.js";
import type { ReadOptions, SourceMetrics } from "../source.js";
import {
  checkKey,
  type ObjectPart,
  type Part,
  type PartOptions,
  type Store,
  type StoredObject,
} from "../store.js";
import { checkPart } from "../store-part.js";
import {
  deleteDocument,
  listingCheck,
  PAGE_BYTES,
  PAGE_KEYS,
  parseDeleteFailures,
  parseListPage,
} from "./listing.js";
import { parseS3Url } from "./location.js";
import { type S3Options, s3ObjectUrl, s3Peer } from "./peer.js";
import { putObject } from "./put.js";
import { readXml } from "./read-xml.js";

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
        ok: headers.range === undefined ? [200] : [200, 206, 416],
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
    return ask(key, "HEAD", 0, {}, async (answer, url) => {
      answer.discard();
      const size = wholeNumber(answer.header("content-length"));
      if (size === undefined)
        throw new StorageError("invalid", url, "HEAD does not say how long the object is");
      const etag = answer.header("etag");
      return { key, size, ...(etag !== undefined && { etag }) };
    });
  }

  async function getPart(key: string, part: Part, options?: PartOptions): Promise<ObjectPart | undefined> {
    checkPart(`${shown}${key}`, part);
    if (isEmpty(part)) {
      const { key: _, ...version } = (await head(key)) ?? {};
      return "size" in version ? { bytes: new Uint8Array(0), version } : undefined;
    }
    const accept = (answer: HttpAnswer, url: string) => readPart(answer, url, part, options);
    const most = "last" in part ? part.last : part.length;
    return ask(key, "GET", most, { range: rangeHeader(part) }, accept, options);
  }

  async function* list(prefix: string): AsyncGenerator<StoredObject> {
    const full = `${root}${prefix}`;
    const checked = listingCheck(shown, full);
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        "list-type": "2",
        "encoding-type": "url",
        "max-keys": String(PAGE_KEYS),
        prefix: full,
      });
      if (token !== undefined) query.set("continuation-token", token);
      const page = await exchange(peer, {
        counters,
        bytes: PAGE_BYTES,
        ok: [200],
        request: () => ({
          method: "GET",
          url: s3ObjectUrl(bucket, "", query.toString().replace(/\+/g, "%20")),
          headers: {},
        }),
        accept: (answer) => readXml(answer, shown, "GET", parseListPage),
      });
      checked(page, token);
      for (const object of page.objects) {
        // Empty objects that stand for folders: some tools make them.
        if (!object.key.endsWith("/")) yield { ...object, key: object.key.slice(root.length) };
      }
      token = page.next;
    } while (token !== undefined);
  }

  async function deleteBatch(keys: readonly string[]): Promise<void> {
    const body = new TextEncoder().encode(deleteDocument(keys.map((key) => `${root}${key}`)));
    const md5 = createHash("md5").update(body).digest("base64");
    const headers = { "content-type": "application/xml", "content-md5": md5 };
    await exchange(peer, {
      counters,
      bytes: body.length,
      ok: [200],
      request: () => ({ method: "POST", url: s3ObjectUrl(bucket, "", "delete="), headers, body }),
      async accept(answer) {
        const failures = await readXml(answer, shown, "POST", parseDeleteFailures);
        const [first] = failures;
        if (first === undefined) return;
        const what = `${failures.length} of ${keys.length} objects were not deleted, the first ${first.key} (${first.code})`;
        throw new StorageError(codeOfS3(first.code) ?? "unavailable", shown, what);
      },
    });
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
    getRange: async (key, offset, length, readOptions) =>
      (await getPart(key, { offset, length }, readOptions))?.bytes,
    getPart,
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
