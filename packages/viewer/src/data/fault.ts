import { isProductError } from "@zagg/product";
import { isStorageError } from "@zagg/storage";

/** Whether an error is of the store, and its message for the user; everything else is a mistake of ours. */
export function isStoreFault(error: unknown): error is Error {
  return isProductError(error) || isStorageError(error);
}
