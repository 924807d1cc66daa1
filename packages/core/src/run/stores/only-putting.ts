import { type WritableStore, wrap } from "@zagg/storage";

/** `store`, of whose puts only those of `keys` are made. */
export function onlyPutting(store: WritableStore, keys: readonly string[]): WritableStore {
  const wanted = new Set(keys);
  return wrap<WritableStore>(store, {
    async put(key, bytes, options) {
      if (wanted.has(key)) await store.put(key, bytes, options);
    },
  });
}
