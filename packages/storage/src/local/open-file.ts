import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { StorageError } from "../errors.js";

/** How a file is opened: to read what is there, to change what is there, or anew. */
const FLAGS = {
  r: constants.O_RDONLY,
  "r+": constants.O_RDWR,
  "w+": constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
} as const;

export interface OpenFile {
  readonly handle: FileHandle;
  readonly stat: Stats;
}

/**
 * Opens a file, and nothing else: a pipe would wait for whoever writes into it, and a device may have no end. Neither is
 * waited for. Throws StorageError `not-found` for a folder, `invalid` for the others; else what the system says.
 */
export async function openFile(path: string, mode: keyof typeof FLAGS): Promise<OpenFile> {
  const handle = await open(path, FLAGS[mode] | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new StorageError("not-found", path, "a folder, not a file");
    if (!stat.isFile()) throw new StorageError("invalid", path, "a device or a pipe, not a file");
    return { handle, stat };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
