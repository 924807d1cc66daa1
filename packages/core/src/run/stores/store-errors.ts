import { isStorageError, type StorageError, type WritableStore, withErrors } from "@zagg/storage";
import { isZaggError, machineError, ZaggError } from "../../terms/index.js";

/**
 * `store` as an output: what it throws stops the whole run, so it throws `ZaggError`s of kind `store`, or `machine`, that say what to do.
 * A key that is taken (`exists`), or of another version (`changed`), stays what it is: an answer, to a put that asked.
 */
export function withStoreErrors<T extends WritableStore>(store: T): T {
  return withErrors(store, (error) =>
    isStorageError(error) && !isStorageError(error, "exists", "changed") ? storeError(error) : error,
  );
}

/** Whether a store says of an object that it is none, or a longer one than may be read: not that it cannot be read. */
export function isInvalid(error: unknown): boolean {
  return isStorageError(error, "invalid") || (isZaggError(error) && error.code === "invalid");
}

function storeError(error: StorageError): ZaggError {
  const limit = machineError(error);
  if (limit) return limit;
  const message = `output store: ${error.message}; ${adviceFor(error)}`;
  return new ZaggError("store", error.code, message, { url: error.url }, { cause: error });
}

function adviceFor({ code }: StorageError): string {
  if (code === "no-space") return "free some space, then run the same command again";
  if (code === "denied" || code === "auth") return "check that you may write there";
  return "check the output store, then run the same command again";
}
