import { rename, rm, writeFile } from "node:fs/promises";
import { isZaggError, ZaggError } from "@zagg/core";
import { isStorageError } from "@zagg/storage";

/** Writes a file that appears, or changes, only when it is whole. Errors of where `content` comes from go through. */
export async function writeWhole(path: string, content: string | AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    if (isZaggError(cause) || isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZaggError("store", "output-file", `${path} could not be written: ${why}`, { path }, { cause });
  }
}
