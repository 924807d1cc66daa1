import { httpStore, localStore, type ReadableStore, s3Store, standardCredentials } from "@zagg/storage";

export interface ReadStoreOptions {
  /** Ask S3 without credentials, as public buckets allow. Default false. */
  readonly anon?: boolean | undefined;
  /** Of a folder, refuse to read what links lead to outside it. Default false. */
  readonly keepInside?: boolean;
}

/**
 * Opens a product's store for reading: a folder, `s3://bucket/prefix` or an `https://` address.
 *
 * @example
 * const store = readStore("s3://bucket/product", { anon: true });
 * console.log((await openProduct(store)).spec.grid);
 */
export function readStore(
  location: string,
  { anon = false, keepInside = false }: ReadStoreOptions = {},
): ReadableStore {
  if (location.startsWith("s3://"))
    return s3Store(location, anon ? {} : { credentials: standardCredentials });
  return /^https?:\/\//.test(location) ? httpStore(location) : localStore(location, { keepInside });
}
