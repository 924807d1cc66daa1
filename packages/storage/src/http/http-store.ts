import type { ReadableStore } from "../store.js";
import { type HttpSourceOptions, httpPeer } from "./http-source.js";
import { objectsBelow } from "./objects-below.js";

/**
 * The objects below an http(s) address, to be read.
 *
 * @example const bytes = await httpStore("https://example.org/product.zarr").get("zarr.json");
 */
export function httpStore(address: string, options: Pick<HttpSourceOptions, "retry"> = {}): ReadableStore {
  return objectsBelow(address, (root) => httpPeer(root, options));
}
