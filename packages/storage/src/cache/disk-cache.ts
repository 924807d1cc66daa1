import { mkdir, readdir, stat, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../local/file-errors.js";
import { sha256Hex } from "../sha256.js";
import type { SourceVersion } from "../source.js";
import { CacheFile } from "./cache-file.js";

const SUFFIX = ".zagg-cache";
/** The folder is measured when a file is opened and whenever this much was written. */
const MEASURE_EVERY_BYTES = 64 * 1024 * 1024;
/** When the folder is too large it is brought down to this share, so that not every file pays. */
const KEEP_SHARE = 0.9;

/** A folder that keeps what was fetched, for all sources given it; any number of processes may share it. */
export interface DiskCache {
  /** The file for this version of an object; undefined when nothing could tell it from another version. */
  open(url: string, version: SourceVersion): Promise<CacheFile | undefined>;
  /** Told how much was written, so that the folder keeps its bound. */
  wrote(bytes: number): Promise<void>;
}

/** `maxBytes`: what the folder may take on disk; the objects not used for longest go first. */
export function diskCache(folder: string, maxBytes: number): DiskCache {
  let unmeasured = 0;

  async function makeRoom(): Promise<void> {
    unmeasured = 0;
    const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX));
    const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
    // Sparse files: what counts is what they take, not how long they are.
    const files = names.flatMap((name, i) => {
      const file = found[i];
      return file ? [{ path: join(folder, name), bytes: file.blocks * 512, used: file.mtimeMs }] : [];
    });
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    if (total <= maxBytes) return;
    for (const file of files.sort((a, b) => a.used - b.used)) {
      if (total <= maxBytes * KEEP_SHARE) return;
      await unlink(file.path).catch(() => undefined);
      total -= file.bytes;
    }
  }

  return {
    async open(url, version) {
      const { size, etag, modified } = version;
      if (etag === undefined && modified === undefined) return undefined;
      const identity = JSON.stringify([url, size, etag ?? modified]);
      const path = join(folder, sha256Hex(identity).slice(0, 40) + SUFFIX);
      try {
        await mkdir(folder, { recursive: true });
        await makeRoom();
        const file = await CacheFile.open(path, size);
        const now = new Date();
        await utimes(path, now, now).catch(() => undefined);
        return file;
      } catch (error) {
        throw fileError(folder, error);
      }
    },
    async wrote(bytes) {
      unmeasured += bytes;
      if (unmeasured >= Math.min(MEASURE_EVERY_BYTES, maxBytes)) await makeRoom();
    },
  };
}
