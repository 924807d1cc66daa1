import { Extent, type ExtentKind } from "./extent.js";
import type { Front } from "./front.js";
import type { Lease } from "./lease.js";
import type { Requests } from "./requests.js";
import type { ReadOptions } from "./source.js";

/** What is kept beyond the front of the file; the oldest go first. */
export const KEPT_BYTES = 32 * 1024 * 1024;

/**
 * What of the file is here or on its way. Reads of metadata, of chunks and ahead of both share it. What is fetched here
 * serves every caller: it obeys the file's own signal and never that of one request.
 */
export class Extents {
  readonly requests: Requests;
  /** Length of the file. */
  readonly size: number;
  readonly #options: ReadOptions;
  readonly #extents: Extent[] = [];
  #held = 0;

  constructor(requests: Requests, front: Front, options: ReadOptions) {
    this.requests = requests;
    this.size = front.size;
    this.#options = options;
    if (front.bytes.length > 0) this.keep(new Extent("front", 0, front.bytes.length, front.bytes));
  }

  /** The extent with the byte at `offset`; of several, the one that reaches furthest. */
  covering(offset: number): Extent | undefined {
    let best: Extent | undefined;
    for (const extent of this.#extents) {
      if (extent.start <= offset && offset < extent.end && (!best || extent.end > best.end)) best = extent;
    }
    return best;
  }

  /** What was read ahead from exactly `offset` on. */
  ahead(offset: number): Extent | undefined {
    return this.#extents.find(({ kind, start }) => kind === "ahead" && start === offset);
  }

  /** Whether all these bytes are here or on their way in one extent. */
  covers(offset: number, length: number): boolean {
    return (this.covering(offset)?.end ?? 0) >= offset + length;
  }

  /** These bytes, if all of them are here in one extent; good until the next await, or until `lease` is given back. */
  loaded(offset: number, length: number, lease?: Lease): Uint8Array | undefined {
    const extent = this.covering(offset);
    if (!extent?.loaded || extent.end < offset + length) return undefined;
    lease?.take(extent);
    return extent.part(extent.loaded, offset, offset + length);
  }

  /** The gap around `offset`: from the end of what lies before it to the start of what lies behind it. */
  gap(offset: number): readonly [start: number, end: number] {
    let [start, end] = [0, this.size];
    for (const extent of this.#extents) {
      if (extent.end <= offset) start = Math.max(start, extent.end);
      if (extent.start > offset) end = Math.min(end, extent.start);
    }
    return [start, end];
  }

  /** Asks for bytes `start` to `end`, none of which is here, and keeps them. */
  fetch(kind: ExtentKind, start: number, end: number): Extent {
    const bytes = this.requests.read(start, end, this.#options);
    const extent = new Extent(kind, start, end, bytes);
    this.keep(extent);
    bytes.then(
      (loaded) => {
        extent.loaded = loaded;
      },
      () => this.drop(extent),
    );
    for (const oldest of this.#extents.filter((each) => each.kind !== "front" && each !== extent)) {
      if (this.#held <= KEPT_BYTES) break;
      this.drop(oldest);
    }
    return extent;
  }

  keep(extent: Extent): void {
    extent.hold();
    this.#extents.push(extent);
    this.#held += extent.length;
  }

  /** Forgets an extent. Its memory is freed when those who look into it have let go too. */
  drop(extent: Extent): void {
    const place = this.#extents.indexOf(extent);
    if (place < 0) return;
    this.#extents.splice(place, 1);
    this.#held -= extent.length;
    const idle = extent.letGo();
    if (idle) this.requests.free([idle]);
  }
}
