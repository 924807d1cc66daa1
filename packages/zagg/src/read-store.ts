import type { ReadableStore } from "@zagg/product";
import {
  httpSource,
  isStorageError,
  localStore,
  type OpenSource,
  readWhole,
  StorageError,
  s3Store,
  standardCredentials,
} from "@zagg/storage";

export interface ReadStoreOptions {
  /** Ask S3 without credentials, as public buckets allow. Default false. */
  readonly anon?: boolean | undefined;
}

/** Opens a product's store for reading: a folder, `s3://bucket/prefix` or an `https://` address. */
export function readStore(location: string, { anon = false }: ReadStoreOptions = {}): ReadableStore {
  if (location.startsWith("s3://"))
    return s3Store(location, anon ? {} : { credentials: standardCredentials });
  if (/^https?:\/\//.test(location)) return httpStore(location);
  return localStore(location);
}

/** Objects below an address. Servers do not list, so a store without consolidated metadata does not open. */
function httpStore(location: string): ReadableStore {
  const root = location.endsWith("/") ? location : `${location}/`;
  const ask = async (key: string, question: (source: OpenSource) => Promise<Uint8Array>) => {
    const source = httpSource(new URL(key, root).href);
    try {
      return await question(source);
    } catch (error) {
      if (isAbsent(error, key)) return undefined;
      throw error;
    } finally {
      await source.close();
    }
  };
  return {
    url: root,
    get: (key) => ask(key, readWhole),
    getRange: (key, offset, length) => ask(key, (source) => source.read(offset, length)),
    list() {
      throw new StorageError(
        "invalid",
        root,
        "the store has no consolidated metadata, and a web server cannot list",
      );
    },
  };
}

/** S3 answers 403 for a key that is not there when it may not be listed; a store's metadata it must not refuse. */
function isAbsent(error: unknown, key: string): boolean {
  if (isStorageError(error, "not-found")) return true;
  return isStorageError(error, "denied") && !key.endsWith("zarr.json");
}
