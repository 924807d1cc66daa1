import { Hdf5Error } from "./error.js";
import { fileLimiter, type Limiter } from "./limiter.js";
import type { ByteSource, ReadOptions } from "./source.js";

/**
 * Bytes of the first read. Metadata of ICESat-2 granules are mostly a template at the file's start (2.05 MB for ATL06);
 * 2 MiB needs fewest requests for both plain and paged files, 4 MiB costs more bytes than it saves.
 */
export const FIRST_READ_BYTES = 2 * 1024 * 1024;

/** A file no longer than this is read whole: one request costs less than the round trips it saves. */
export const WHOLE_FILE_BYTES = 2 * FIRST_READ_BYTES;

/** Granularity of later metadata reads: object headers, heaps and trees lie apart, and a larger line is mostly waste. */
export const LINE_BYTES = 64 * 1024;

/** What is kept beyond the first read; the oldest go first. */
export const CACHE_BYTES = 32 * 1024 * 1024;

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly bytes: Promise<Uint8Array>;
  /** The bytes once they are here, so that a hit costs no promise. */
  loaded?: Uint8Array;
  /** Read ahead for its chunks: freed once the cache and all leases have let go of it. */
  readonly span: boolean;
  leases: number;
  dropped: boolean;
}

/** The buffers that one reader of chunks looks into. */
export class Lease {
  readonly extents = new Set<Extent>();
  /** Those that nobody else knows. */
  readonly own: Uint8Array[] = [];
}

/**
 * What has been read of the file, as extents. A miss reads whole lines; concurrent misses share one request. Reads here
 * serve every caller, so they obey the file's own signal and never that of one request.
 */
export class ByteCache {
  readonly source: ByteSource;
  readonly size: number;
  /** All requests of the file go through here. */
  readonly #limit: Limiter = fileLimiter(LINE_BYTES);
  readonly #options: ReadOptions;
  readonly #extents: Extent[] = [];
  #held = 0;

  constructor(source: ByteSource, size: number, options: ReadOptions) {
    this.source = source;
    this.size = size;
    this.#options = options;
  }

  /** The front of the file, read when it was opened: it stays, whatever else goes. */
  keepFront(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#extents.push({ ...newExtent(0, bytes.length, Promise.resolve(bytes), false), loaded: bytes });
    this.#held += bytes.length;
  }

  /** `length` bytes at `offset`, a view into the cache where they lie in one extent that is not freed. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = offset + length;
    if (end > this.size) {
      const problem = `${length} bytes lie beyond the end of the object (${this.size} bytes)`;
      throw new Hdf5Error("truncated", problem, { address: offset });
    }
    const hit = this.#covering(offset);
    if (hit && hit.end >= end) return lasting(hit, hit.loaded ?? (await hit.bytes), offset, end);

    const parts: Extent[] = [];
    for (let at = offset; at < end; ) {
      const extent = this.#covering(at) ?? this.#fetchLines(at, end);
      parts.push(extent);
      at = extent.end;
    }
    const loaded = await Promise.all(
      parts.map(async (part) =>
        lasting(part, await part.bytes, Math.max(part.start, offset), Math.min(part.end, end)),
      ),
    );
    return loaded.length === 1 ? (loaded[0] as Uint8Array) : concatenate(loaded, length);
  }

  /** These bytes, if all of them are here in one extent; good until the next await, or until `lease` is given back. */
  loaded(offset: number, length: number, lease?: Lease): Uint8Array | undefined {
    const held = this.#covering(offset);
    if (!held?.loaded || held.end < offset + length) return undefined;
    if (lease) take(lease, held);
    return slice(held, held.loaded, offset, offset + length);
  }

  /** Whether all these bytes are here or on their way in one extent. */
  covers(offset: number, length: number): boolean {
    return (this.#covering(offset)?.end ?? 0) >= offset + length;
  }

  /**
   * Bytes of chunks, which are decoded and then not needed again: what the cache holds at both ends comes from there, the
   * rest is fetched in one request and not kept. Good until `lease` is given back.
   */
  async readOnce(offset: number, length: number, lease: Lease, options: ReadOptions): Promise<Uint8Array> {
    let [start, stop] = [offset, offset + length];
    const head: Promise<Uint8Array>[] = [];
    const tail: Promise<Uint8Array>[] = [];
    for (let held = this.#covering(start); held && start < stop; held = this.#covering(start)) {
      const [extent, from, to] = [held, start, Math.min(held.end, stop)];
      take(lease, extent);
      head.push(extent.bytes.then((bytes) => slice(extent, bytes, from, to)));
      start = to;
    }
    for (let held = this.#covering(stop - 1); held && start < stop; held = this.#covering(stop - 1)) {
      const [extent, from, to] = [held, Math.max(held.start, start), stop];
      take(lease, extent);
      tail.unshift(extent.bytes.then((bytes) => slice(extent, bytes, from, to)));
      stop = from;
    }
    const middle = start < stop ? [this.#request(start, stop, options).then(keepIn(lease))] : [];
    const parts = await Promise.all([...head, ...middle, ...tail]);
    return parts.length === 1 ? (parts[0] as Uint8Array) : concatenate(parts, length);
  }

  /** Nobody looks into the buffers of `lease` any more. */
  giveBack({ extents, own }: Lease): void {
    for (const extent of extents) extent.leases--;
    this.#free([...own, ...[...extents].filter(isIdle).map(({ loaded }) => loaded as Uint8Array)]);
  }

  /** Whether the byte at `offset` is here or on its way. */
  holds(offset: number): boolean {
    return this.#covering(offset) !== undefined;
  }

  /**
   * Reads from `offset`, which is not here yet, in one request and keeps it; what lies there is a hit from now on. Ends
   * before `length` where the end is here already.
   */
  prefetch(offset: number, length: number): void {
    const end = Math.min(offset + length, this.size);
    this.#fetch(offset, this.#covering(end - 1)?.start ?? end, this.#extents.length > 0);
  }

  /** Forgets what {@link prefetch} read from `offset` on, up to `end`; the rest moves to a buffer of its own size. */
  release(offset: number, end = Number.POSITIVE_INFINITY): void {
    const extent = this.#extents.find((each) => each.start === offset);
    if (!extent || extent === this.#extents[0]) return;
    const loaded = end < extent.end ? extent.loaded?.slice(end - extent.start) : undefined;
    this.#drop(extent);
    if (!loaded) return;
    this.#extents.push({ ...newExtent(end, extent.end, Promise.resolve(loaded), true), loaded });
    this.#held += loaded.length;
  }

  #covering(offset: number): Extent | undefined {
    let best: Extent | undefined;
    for (const extent of this.#extents) {
      if (extent.start <= offset && offset < extent.end && (!best || extent.end > best.end)) best = extent;
    }
    return best;
  }

  /** Fetches the missing lines from the one with `at` to that with the last byte before `end`. */
  #fetchLines(at: number, end: number): Extent {
    let start = Math.floor(at / LINE_BYTES) * LINE_BYTES;
    let stop = Math.min(Math.ceil(end / LINE_BYTES) * LINE_BYTES, this.size);
    for (const extent of this.#extents) {
      if (extent.end <= at) start = Math.max(start, extent.end);
      if (extent.start > at) stop = Math.min(stop, extent.start);
    }
    return this.#fetch(start, stop, false);
  }

  #fetch(start: number, end: number, span: boolean): Extent {
    const bytes = this.#request(start, end, this.#options);
    const extent = newExtent(start, end, bytes, span);
    this.#extents.push(extent);
    this.#held += end - start;
    bytes.then(
      (loaded) => {
        extent.loaded = loaded;
      },
      () => this.#drop(extent),
    );
    // The first extent is the front of the file, where most metadata are: it stays.
    for (let oldest = this.#extents[1]; this.#held > CACHE_BYTES && oldest; oldest = this.#extents[1]) {
      if (oldest === extent) break;
      this.#drop(oldest);
    }
    return extent;
  }

  #request(start: number, end: number, options: ReadOptions): Promise<Uint8Array> {
    return this.#limit(end - start, async () => {
      const bytes = await this.source.read(start, end - start, options);
      // A Buffer's slice() would not copy.
      if (bytes.length === end - start) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      throw new Hdf5Error("truncated", `the source gave ${bytes.length} of ${end - start} bytes`, {
        address: start,
      });
    });
  }

  #drop(extent: Extent): void {
    const at = this.#extents.indexOf(extent);
    if (at < 0) return;
    this.#extents.splice(at, 1);
    this.#held -= extent.end - extent.start;
    extent.dropped = true;
    if (isIdle(extent)) this.#free([extent.loaded as Uint8Array]);
  }

  #free(buffers: readonly Uint8Array[]): void {
    if (buffers.length > 0) this.source.free?.(buffers);
  }
}

function newExtent(start: number, end: number, bytes: Promise<Uint8Array>, span: boolean): Extent {
  return { start, end, bytes, span, leases: 0, dropped: false };
}

function take({ extents }: Lease, extent: Extent): void {
  if (extents.has(extent)) return;
  extents.add(extent);
  extent.leases++;
}

function keepIn({ own }: Lease): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    own.push(bytes);
    return bytes;
  };
}

/** Whether nobody can look into it any more. */
function isIdle({ span, leases, dropped, loaded }: Extent): boolean {
  return span && leases === 0 && dropped && loaded !== undefined;
}

/** Bytes for whoever takes no lease: a copy of what may be freed. */
function lasting(extent: Extent, bytes: Uint8Array, from: number, to: number): Uint8Array {
  const view = slice(extent, bytes, from, to);
  return extent.span ? view.slice() : view;
}

function slice({ start }: Extent, bytes: Uint8Array, from: number, to: number): Uint8Array {
  return bytes.subarray(from - start, to - start);
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
