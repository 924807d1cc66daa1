import { StorageError } from "./errors.js";
import { checkRange, pastTheEnd, throwIfAborted } from "./range.js";
import { checkKey, checkLength, type Store, type StoredObject } from "./store.js";

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
  return {
    url,
    async put(key, bytes, options) {
      checkKey(url, key);
      throwIfAborted(`${url}${key}`, options);
      if (options?.ifNoneMatch === "*" && objects.has(key)) {
        throw new StorageError("exists", `${url}${key}`, "the key is taken");
      }
      // A Buffer's slice() would not copy.
      objects.set(key, new Uint8Array(bytes));
    },
    async get(key, options) {
      checkKey(url, key);
      throwIfAborted(`${url}${key}`, options);
      const bytes = objects.get(key);
      checkLength(`${url}${key}`, bytes?.length ?? 0, options);
      return bytes?.slice();
    },
    async getRange(key, offset, length, options) {
      checkKey(url, key);
      throwIfAborted(`${url}${key}`, options);
      checkRange(`${url}${key}`, offset, length);
      const bytes = objects.get(key);
      if (bytes === undefined) return undefined;
      if (offset + length > bytes.length) throw pastTheEnd(`${url}${key}`, offset, length, bytes.length);
      return bytes.slice(offset, offset + length);
    },
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
