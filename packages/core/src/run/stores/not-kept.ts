import { ZaggError } from "../../terms/index.js";

/** A store that answers a put with success and has something else there afterwards, or nothing. */
export function notKept(url: string, ...keys: readonly string[]): ZaggError {
  const more = keys.length > 1 ? ` and ${keys.length - 1} more` : "";
  const message = `output store: ${url} does not keep what is put: ${keys[0]}${more} was not what had been put whenever it \
was read back; check the output store, then run the same command again`;
  return new ZaggError("store", "not-kept", message, { url, keys });
}
