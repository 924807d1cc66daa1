import { newCounters } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";
import {
  checkKey,
  type GetOptions,
  type ObjectPart,
  type Part,
  type PartOptions,
  type ReadableStore,
} from "../store.js";
import { checkPart, rangeOf } from "../store-part.js";
import { versionOf, wholeNumber } from "./content-range.js";
import { exchange, type Peer } from "./exchange.js";
import type { HttpAnswer, HttpRequest } from "./message.js";
import { isEmpty, rangeHeader, readPart } from "./object-part.js";
import { WHOLE_OBJECT_BYTES, wholeBody } from "./whole-body.js";

/** How a server is asked. */
export interface Asking {
  /**
   * Ask how long an object is before its last bytes are asked for, in place of asking for the last ones. Across origins a
   * page pays for a range that counts from the end with a preflight, which many servers refuse (Fetch, "CORS-safelisted
   * request-header").
   */
  readonly sizeFirst: boolean;
}

/**
 * The objects below an http(s) address, as a store that is read. Whole objects are asked for without a range, which any
 * server answers and any page may ask. Web servers do not list.
 */
export function objectsBelow(
  address: string,
  peerAt: (root: URL) => Peer,
  { sizeFirst }: Asking,
): ReadableStore {
  const root = rootAt(address);
  const peer = peerAt(root);
  const counters = newCounters();

  async function ask<T>(
    key: string,
    { method = "GET", headers = {} }: Partial<Pick<HttpRequest, "method" | "headers">>,
    accept: (answer: HttpAnswer, url: string) => Promise<T>,
    options: GetOptions = {},
  ): Promise<T | undefined> {
    checkKey(peer.url, key);
    const object = new URL(key.split("/").map(encodeURIComponent).join("/"), root);
    const url = redactUrl(object.href);
    try {
      return await exchange(peer, {
        url,
        counters,
        bytes: options.maxBytes ?? WHOLE_OBJECT_BYTES,
        signal: options.signal,
        ok: headers.range === undefined ? [200] : [200, 206, 416],
        request: () => ({ method, url: object, headers }),
        accept: (answer) => accept(answer, url),
      });
    } catch (error) {
      if (isStorageError(error, "not-found")) return undefined;
      throw error;
    }
  }

  async function getPart(key: string, part: Part, options?: PartOptions): Promise<ObjectPart | undefined> {
    const url = `${peer.url}${key}`;
    checkPart(url, part);
    if (isEmpty(part)) return ask(key, {}, discarded, options);
    if (!("last" in part && sizeFirst)) {
      const accept = (answer: HttpAnswer, at: string) => readPart(answer, at, part, options);
      return ask(key, { headers: { range: rangeHeader(part) } }, accept, options);
    }
    const version = await ask(key, { method: "HEAD" }, versionIn, options).catch(unknownWhereRefused);
    if (version === "unknown")
      return ask(key, {}, (answer, at) => readPart(answer, at, part, options), options);
    if (version === undefined || version.size === 0) return version && { bytes: NOTHING, version };
    const within = rangeOf(url, part, version.size);
    const accept = (answer: HttpAnswer, at: string) =>
      readPart(answer, at, answer.status === 200 ? part : within, { ...options, version });
    const end = await ask(key, { headers: { range: rangeHeader(within) } }, accept, options);
    return end && { ...end, version };
  }

  return {
    url: peer.url,
    get: (key, options) => ask(key, {}, (answer, url) => wholeBody(answer, url, options), options),
    getRange: async (key, offset, length, options) =>
      (await getPart(key, { offset, length }, options))?.bytes,
    getPart,
    list() {
      throw new StorageError("invalid", peer.url, "a web server does not tell what it has");
    },
  };
}

const NOTHING = new Uint8Array(0);

async function discarded(answer: HttpAnswer): Promise<ObjectPart> {
  answer.discard();
  const size = wholeNumber(answer.header("content-length"));
  return { bytes: NOTHING, version: size === undefined ? undefined : versionOf(answer, size) };
}

/** What an answer to HEAD tells of an object, which need not be its length. */
async function versionIn(answer: HttpAnswer) {
  return (await discarded(answer)).version ?? "unknown";
}

/** Some servers do not know HEAD. */
function unknownWhereRefused(error: unknown): "unknown" {
  if (isStorageError(error, "invalid")) return "unknown";
  throw error;
}

function rootAt(address: string): URL {
  if (!URL.canParse(address)) throw new StorageError("invalid", redactUrl(address), "not an address");
  const root = new URL(address);
  if (root.protocol !== "http:" && root.protocol !== "https:") {
    throw new StorageError("invalid", redactUrl(address), "not an http:// or https:// address");
  }
  root.pathname = root.pathname.replace(/\/*$/, "/");
  root.search = "";
  root.hash = "";
  return root;
}
