import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
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

/** Refuses a path whose folder is not there, before anything is computed for it. */
export async function checkFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  const what = found ? `${folder} is no folder` : `there is no folder ${folder}`;
  throw new ZaggError("config", "output-folder", `${what}: make it, or choose another place for ${path}`, {
    path,
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
