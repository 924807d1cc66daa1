import type { ReadableStore } from "../store.js";
import { type HttpOptions, httpPeer } from "./http-source.browser.js";
import { objectsBelow } from "./objects-below.js";

/** The objects below an http(s) address, to be read from a page. The server must allow the page's origin (CORS). */
export function httpStore(address: string, options: HttpOptions = {}): ReadableStore {
  return objectsBelow(address, (root) => httpPeer(root, options), { sizeFirst: true });
}
