import { StorageError } from "./errors.js";
import { throwIfAborted } from "./range.js";
import type { SourceVersion } from "./source.js";
import {
  checkKey,
  checkLength,
  type ObjectPart,
  type Part,
  type PartOptions,
  type Store,
  type StoredObject,
} from "./store.js";
import { checkPart, rangeOf } from "./store-part.js";
import { checkReplaced, checkVersion } from "./version.js";

/**
 * A store in memory, for tests and small products.
 *
 * @example
 * const store = memoryStore();
 * await store.put("a", Uint8Array.of(1, 2));
 * await store.get("a"); // => [1, 2]
 */
export function memoryStore(): Store {
  const url = "memory:";
  const objects = new Map<string, Uint8Array>();
  const versions = new WeakMap<Uint8Array, number>();
  let puts = 0;
  function versionOf(bytes: Uint8Array): SourceVersion;
  function versionOf(bytes: Uint8Array | undefined): SourceVersion | undefined;
  function versionOf(bytes: Uint8Array | undefined): SourceVersion | undefined {
    return bytes && { size: bytes.length, etag: `"${versions.get(bytes)}"` };
  }

  async function getPart(key: string, part: Part, options?: PartOptions): Promise<ObjectPart | undefined> {
    checkKey(url, key);
    const address = `${url}${key}`;
    throwIfAborted(address, options);
    checkPart(address, part);
    const bytes = objects.get(key);
    if (bytes === undefined) return undefined;
    const version = versionOf(bytes);
    checkVersion(address, options?.version, version);
    const { offset, length } = rangeOf(address, part, bytes.length);
    return { bytes: bytes.slice(offset, offset + length), version };
  }

  return {
    url,
    async put(key, bytes, options) {
      checkKey(url, key);
      throwIfAborted(`${url}${key}`, options);
      if (options?.ifNoneMatch === "*" && objects.has(key)) {
        throw new StorageError("exists", `${url}${key}`, "the key is taken");
      }
      checkReplaced(`${url}${key}`, options?.ifMatch, versionOf(objects.get(key)));
      // A Buffer's slice() would not copy.
      const kept = new Uint8Array(bytes);
      versions.set(kept, ++puts);
      objects.set(key, kept);
    },
    async get(key, options) {
      checkKey(url, key);
      throwIfAborted(`${url}${key}`, options);
      const bytes = objects.get(key);
      checkLength(`${url}${key}`, bytes?.length ?? 0, options);
      return bytes?.slice();
    },
    async getRange(key, offset, length, options) {
      return (await getPart(key, { offset, length }, options))?.bytes;
    },
    getPart,
    async head(key) {
      checkKey(url, key);
      const bytes = objects.get(key);
      return bytes && { key, size: bytes.length };
    },
    async *list(prefix): AsyncGenerator<StoredObject> {
      for (const key of [...objects.keys()].sort()) {
        const bytes = objects.get(key);
        if (bytes !== undefined && key.startsWith(prefix)) yield { key, size: bytes.length };
      }
    },
    async delete(keys) {
      for (const key of keys) objects.delete(key);
    },
  };
}
