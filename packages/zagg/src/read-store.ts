import type { RasterInput } from "@zagg/core";
import {
  httpSource,
  isStorageError,
  localStore,
  StorageError,
  s3Store,
  standardCredentials,
} from "@zagg/storage";

export interface ReadStoreOptions {
  /** Ask S3 without credentials, as public buckets allow. Default false. */
  readonly anon?: boolean;
}

/** Opens a product's store for reading: a folder, `s3://bucket/prefix` or an `https://` address. */
export function readStore(location: string, { anon = false }: ReadStoreOptions = {}): RasterInput {
  if (location.startsWith("s3://"))
    return s3Store(location, anon ? {} : { credentials: standardCredentials });
  if (/^https?:\/\//.test(location)) return httpStore(location);
  return localStore(location);
}

/** Objects below an address. Servers do not list, so a store without consolidated metadata does not open. */
function httpStore(location: string): RasterInput {
  const root = location.endsWith("/") ? location : `${location}/`;
  const readPart = async (key: string, part: (size: number) => readonly [number, number]) => {
    const source = httpSource(new URL(key, root).href);
    try {
      return await source.read(...part(await source.size()));
    } catch (error) {
      if (isAbsent(error, key)) return undefined;
      throw error;
    } finally {
      await source.close();
    }
  };
  return {
    url: root,
    get: (key) => readPart(key, (size) => [0, size]),
    getRange: (key, offset, length) => readPart(key, () => [offset, length]),
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
