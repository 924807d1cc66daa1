import type { ReadableStore } from "../store.js";
import { type HttpSourceOptions, httpPeer } from "./http-source.js";
import { objectsBelow } from "./objects-below.js";

/**
 * The objects below an http(s) address, to be read.
 *
 * @example
 * const store = httpStore("https://example.org/product.zarr"); // store.get("zarr.json") asks for what lies below
 * store.url; // => "https://example.org/product.zarr/"
 */
export function httpStore(address: string, options: Pick<HttpSourceOptions, "retry"> = {}): ReadableStore {
  return objectsBelow(address, (root) => httpPeer(root, options), { sizeFirst: false });
}
