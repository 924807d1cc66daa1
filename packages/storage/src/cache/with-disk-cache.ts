import { aborted, checkRange, pastTheEnd, throwIfAborted } from "../range.js";
import type { OpenSource, ReadOptions } from "../source.js";
import { wrap } from "../wrap.js";
import { CACHE_BLOCK_BYTES, type CacheFile } from "./cache-file.js";
import type { DiskCache } from "./disk-cache.js";

/**
 * `source`, whose bytes are fetched once and then come from `cache`. The first use asks the source for its
 * version: an object that was replaced has another file in the cache.
 */
export function withDiskCache(source: OpenSource, cache: DiskCache): OpenSource {
  const { url } = source;
  const arriving = new Map<number, Promise<Uint8Array>>();
  let opening: Promise<CacheFile | undefined> | undefined;
  let full = false;

  function whenOpen(): Promise<CacheFile | undefined> {
    opening ??= source
      .version()
      .then((version) => cache.open(url, version))
      .catch((error) => {
        opening = undefined;
        throw error;
      });
    return opening;
  }

  async function keep(file: CacheFile, index: number, bytes: Uint8Array): Promise<void> {
    if (full) return;
    try {
      await file.write(index, bytes);
      await cache.wrote(bytes.length);
    } catch {
      // A full or failing cache disk costs speed, never the run.
      full = true;
    }
  }

  /** Fetches blocks `first` to `last` in one request; whoever needs them meanwhile waits for the same one. */
  function fetchRun(file: CacheFile, first: number, last: number): void {
    const start = first * CACHE_BLOCK_BYTES;
    const end = last * CACHE_BLOCK_BYTES + file.length(last);
    // Not with the caller's signal: others may be waiting for these bytes.
    const run = source.read(start, end - start);
    for (let index = first; index <= last; index++) {
      const from = index * CACHE_BLOCK_BYTES - start;
      const block = run.then(async (bytes) => {
        const part = bytes.slice(from, from + file.length(index));
        await keep(file, index, part);
        return part;
      });
      arriving.set(index, block);
      const done = () => arriving.delete(index);
      block.then(done, done);
    }
  }

  async function blocksOf(file: CacheFile, first: number, last: number): Promise<Uint8Array[]> {
    const here = await file.read(first, last);
    for (let index = first; index <= last; index++) {
      if (here[index - first] !== undefined || arriving.has(index)) continue;
      let end = index;
      while (end < last && here[end + 1 - first] === undefined && !arriving.has(end + 1)) end++;
      fetchRun(file, index, end);
      index = end;
    }
    return Promise.all(here.map((block, i) => block ?? (arriving.get(first + i) as Promise<Uint8Array>)));
  }

  async function readBlocks(file: CacheFile, offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / CACHE_BLOCK_BYTES);
    const last = Math.floor((offset + length - 1) / CACHE_BLOCK_BYTES);
    const bytes = new Uint8Array(length);
    for (const [i, block] of (await blocksOf(file, first, last)).entries()) {
      const place = (first + i) * CACHE_BLOCK_BYTES - offset;
      const from = Math.max(0, -place);
      bytes.set(block.subarray(from, Math.min(block.length, length - place)), place + from);
    }
    return bytes;
  }

  const size = async (options?: ReadOptions) => (await source.version(options)).size;

  async function read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(url, offset, length);
    throwIfAborted(url, options);
    const file = await untilAborted(whenOpen(), url, options);
    if (file === undefined) return source.read(offset, length, options);
    const end = await size();
    if (offset + length > end) throw pastTheEnd(url, offset, length, end);
    if (length === 0) return new Uint8Array(0);
    return untilAborted(readBlocks(file, offset, length), url, options);
  }

  return wrap(source, {
    size,
    read,
    async readFront(length, options) {
      const total = await size(options);
      return { bytes: await read(0, Math.min(length, total), options), size: total };
    },
    async close() {
      await Promise.allSettled(arriving.values());
      const file = await opening?.catch(() => undefined);
      opening = undefined;
      await file?.close();
      await source.close();
    },
  });
}

function untilAborted<T>(work: Promise<T>, url: string, options: ReadOptions | undefined): Promise<T> {
  const signal = options?.signal;
  if (signal === undefined) return work;
  if (signal.aborted) return Promise.reject(aborted(url, signal));
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted(url, signal));
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
