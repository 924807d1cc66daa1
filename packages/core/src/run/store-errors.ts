import { isStorageError, type StorageError } from "@zagg/storage";
import { ZaggError } from "../error.js";

/** Runs what touches the output store: its errors stop the whole run, so they become `ZaggError`s that say so. */
export async function storeErrors<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw isStorageError(error) ? storeError(error) : error;
  }
}

function storeError(error: StorageError): ZaggError {
  const message = `output store: ${error.message}; ${adviceFor(error)}`;
  return new ZaggError("store", error.code, message, { url: error.url }, { cause: error });
}

function adviceFor({ code }: StorageError): string {
  if (code === "no-space") return "free some space, then run the same command again";
  if (code === "denied" || code === "auth") return "check that you may write there";
  return "check the output store, then run the same command again";
}
