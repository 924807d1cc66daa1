import { rename, rm, stat, writeFile } from "node:fs/promises";
import { isZaggError, ZaggError } from "@zagg/core";
import { isStorageError } from "@zagg/storage";

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Writes a file that appears, or changes, only when it is whole. Errors of where `content` comes from go through. */
export async function writeWhole(path: string, content: Content): Promise<void> {
  await outputErrors(path, async () => {
    if (await isDevice(path)) return writeFile(path, content);
    const part = `${path}.part`;
    try {
      await writeFile(part, content);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  });
}

/** Runs what writes `path`: errors of the system become `ZaggError`s of kind `store`, errors of ours go through. */
export async function outputErrors<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (isZaggError(cause) || isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZaggError("store", "output-file", `${path} could not be written: ${why}`, { path }, { cause });
  }
}

/** `/dev/stdout` or a pipe: nothing may be renamed onto it. */
async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
