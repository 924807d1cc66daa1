import { newCounters } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { checkRange, pastTheEnd } from "../range.js";
import { redactUrl } from "../redact.js";
import { checkKey, type GetOptions, type ReadableStore } from "../store.js";
import { answeredRange } from "./content-range.js";
import { exchange, type Peer } from "./exchange.js";
import type { HttpAnswer, HttpRequest } from "./message.js";
import { WHOLE_OBJECT_BYTES, wholeBody } from "./whole-body.js";

/**
 * The objects below an http(s) address, as a store that is read. Whole objects are asked for without a range, which any
 * server answers and any page may ask. Web servers do not list.
 */
export function objectsBelow(address: string, peerAt: (root: URL) => Peer): ReadableStore {
  const root = rootAt(address);
  const peer = peerAt(root);
  const counters = newCounters();

  async function ask(
    key: string,
    headers: HttpRequest["headers"],
    accept: (answer: HttpAnswer, url: string) => Promise<Uint8Array>,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> {
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
        request: () => ({ method: "GET", url: object, headers }),
        accept: (answer) => accept(answer, url),
      });
    } catch (error) {
      if (isStorageError(error, "not-found")) return undefined;
      throw error;
    }
  }

  return {
    url: peer.url,
    get: (key, options) => ask(key, {}, (answer, url) => wholeBody(answer, url, options), options),
    async getRange(key, offset, length, options) {
      checkRange(`${peer.url}${key}`, offset, length);
      if (length === 0) return (await ask(key, {}, discarded, options)) && new Uint8Array(0);
      const headers = { range: `bytes=${offset}-${offset + length - 1}` };
      const accept = async (answer: HttpAnswer, url: string) => {
        if (answer.status === 200) return cut(await wholeBody(answer, url), url, offset, length);
        const answered = answeredRange(url, answer, offset, length);
        if (answered.length < length) throw pastTheEnd(url, offset, length, answered.version?.size);
        return cut(await wholeBody(answer, url, { maxBytes: length }), url, 0, length);
      };
      return ask(key, headers, accept, { maxBytes: length, ...options });
    },
    list() {
      throw new StorageError("invalid", peer.url, "a web server does not tell what it has");
    },
  };
}

async function discarded(answer: HttpAnswer): Promise<Uint8Array> {
  answer.discard();
  return new Uint8Array(0);
}

/** A server that knows no ranges sends the whole object. */
function cut(bytes: Uint8Array, url: string, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.length) throw pastTheEnd(url, offset, length, bytes.length);
  return bytes.subarray(offset, offset + length);
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
