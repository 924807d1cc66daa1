import type { FileHandle } from "node:fs/promises";
import { newCounters, snapshot } from "../counters.js";
import { StorageError } from "../errors.js";
import { checkRange, pastTheEnd, throwIfAborted } from "../range.js";
import type { OpenSource, SourceVersion } from "../source.js";
import { fileError } from "./file-errors.js";
import { openFile } from "./open-file.js";

interface Opened {
  readonly handle: FileHandle;
  readonly version: Required<Pick<SourceVersion, "size" | "modified">>;
}

/**
 * A file on disk; opened at the first use, one request counted per read.
 *
 * @example await fileSource("granule.h5").read(1, 3); // => [72, 68, 70]
 */
export function fileSource(path: string): OpenSource {
  const counters = newCounters();
  let opened: Promise<Opened> | undefined;

  function whenOpen(): Promise<Opened> {
    opened ??= openVersion(path).catch((error) => {
      opened = undefined;
      throw fileError(path, error);
    });
    return opened;
  }

  return {
    url: path,
    async size() {
      return (await whenOpen()).version.size;
    },
    async version() {
      return (await whenOpen()).version;
    },
    async read(offset, length, options) {
      checkRange(path, offset, length);
      throwIfAborted(path, options);
      const { handle, version } = await whenOpen();
      if (offset + length > version.size) throw pastTheEnd(path, offset, length, version.size);
      // Not from Buffer's shared pool: the caller may keep or transfer the memory.
      const bytes = new Uint8Array(length);
      counters.requests++;
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle
          .read(bytes, filled, length - filled, offset + filled)
          .catch((error) => Promise.reject(fileError(path, error)));
        if (bytesRead === 0) break; // it has become shorter, as is found now
        filled += bytesRead;
      }
      await checkUnchanged(path, handle, version);
      counters.bytes += length;
      throwIfAborted(path, options);
      return bytes;
    },
    metrics: () => snapshot(counters),
    async close() {
      const closing = opened;
      opened = undefined;
      await (await closing?.catch(() => undefined))?.handle.close();
    },
  };
}

async function openVersion(path: string): Promise<Opened> {
  const { handle, stat } = await openFile(path, "r");
  return { handle, version: { size: stat.size, modified: stat.mtime.toISOString() } };
}

/** What was written over while it was read may be of two versions. */
async function checkUnchanged(path: string, handle: FileHandle, opened: Opened["version"]): Promise<void> {
  const { size, mtime } = await handle.stat().catch((error) => Promise.reject(fileError(path, error)));
  if (size !== opened.size)
    throw new StorageError("changed", path, `had ${opened.size} bytes when opened, now has ${size}`);
  if (mtime.toISOString() !== opened.modified)
    throw new StorageError(
      "changed",
      path,
      `was of ${opened.modified} when opened, is of ${mtime.toISOString()} now`,
    );
}
