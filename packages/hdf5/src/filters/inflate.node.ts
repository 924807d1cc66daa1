/// <reference types="node" />
import { inflateSync } from "node:zlib";

/**
 * Inflates a zlib stream of at most `maxLength` bytes; more is an error. Synchronous on purpose: for chunks of some
 * 80 kB the thread pool costs more than it saves.
 */
export function inflate(bytes: Uint8Array, maxLength: number): Uint8Array {
  // One byte more than expected, or zlib asks for a second buffer to learn that there is nothing more.
  return inflateSync(bytes, {
    chunkSize: Math.max(64, maxLength + 1),
    maxOutputLength: Math.max(1, maxLength),
  });
}
