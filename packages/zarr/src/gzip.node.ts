/// <reference types="node" />
import { promisify } from "node:util";
import { gunzipSync, gzip as gzipLater, gzipSync } from "node:zlib";

/** A gzip stream (RFC 1952) of `bytes`. */
export function gzip(bytes: Uint8Array, level: number): Uint8Array {
  return new Uint8Array(gzipSync(bytes, { level }));
}

const later: (bytes: Uint8Array, options: { readonly level: number }) => Promise<Uint8Array> =
  promisify(gzipLater);

/** As {@link gzip}, on one of zlib's threads. */
export async function gzipAside(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return new Uint8Array(await later(bytes, { level }));
}

/** What a gzip stream holds, at most `maxLength` bytes; more is an error. */
export function gunzip(bytes: Uint8Array, maxLength: number): Uint8Array {
  // One byte of room more, or zlib asks for a second buffer to learn that there is nothing more.
  return gunzipSync(bytes, {
    maxOutputLength: Math.max(1, maxLength),
    chunkSize: Math.max(64, maxLength + 1),
  });
}
