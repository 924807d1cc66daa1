import { Hdf5Error } from "../error.js";
import { concatenate } from "./concatenate.js";
import type { Extent } from "./extent.js";
import type { Extents } from "./extents.js";

/** Granularity of metadata reads behind the front: object headers, heaps and trees lie apart, a larger line is mostly waste. */
export const LINE_BYTES = 64 * 1024;

/** Reads metadata, in whole lines that are kept; concurrent misses share one request. */
export class MetadataLines {
  readonly #extents: Extents;

  constructor(extents: Extents) {
    this.#extents = extents;
  }

  /** Length of the file. */
  get size(): number {
    return this.#extents.size;
  }

  /** `length` bytes at `offset`; a view where they lie in one extent whose memory stays. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = offset + length;
    if (end > this.size) {
      const problem = `${length} bytes lie beyond the end of the object (${this.size} bytes)`;
      throw new Hdf5Error("truncated", problem, { address: offset });
    }
    const hit = this.#extents.covering(offset);
    if (hit && hit.end >= end) return lasting(hit, hit.loaded ?? (await hit.bytes), offset, end);

    const parts: Extent[] = [];
    for (let at = offset; at < end; ) {
      const extent = this.#extents.covering(at) ?? this.#fetchLines(at, end);
      parts.push(extent);
      at = extent.end;
    }
    const loaded = parts.map(async (part) =>
      lasting(part, await part.bytes, Math.max(part.start, offset), Math.min(part.end, end)),
    );
    return concatenate(await Promise.all(loaded));
  }

  /** Fetches the missing lines from the one with `at` to that with the last byte before `end`. */
  #fetchLines(at: number, end: number): Extent {
    const [gapStart, gapEnd] = this.#extents.gap(at);
    const start = Math.floor(at / LINE_BYTES) * LINE_BYTES;
    const stop = Math.ceil(end / LINE_BYTES) * LINE_BYTES;
    return this.#extents.fetch("line", Math.max(start, gapStart), Math.min(stop, gapEnd));
  }
}

/** Metadata take no lease: a copy of what may be freed. */
function lasting(extent: Extent, bytes: Uint8Array, from: number, to: number): Uint8Array {
  const view = extent.part(bytes, from, to);
  return extent.kind === "ahead" ? view.slice() : view;
}
