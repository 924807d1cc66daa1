import type { ByteCache } from "./cache.js";
import { type IndexPlace, planSpans, type Span } from "./spans.js";

/** Reads spans ahead for datasets that are open and not yet read, and lets go of them when they have been. */
export class Prefetch {
  readonly #cache: ByteCache;
  /** Datasets that are open and not yet read, by the offset of their index. */
  readonly #unread = new Map<number, IndexPlace>();
  #spans: Span[] = [];

  constructor(cache: ByteCache) {
    this.#cache = cache;
  }

  /** A dataset was opened: it will probably be read. */
  expect(place: IndexPlace): void {
    // An offset beyond the end is found out when the index is read.
    const behindFront = place.offset < this.#cache.size && !this.#cache.holds(place.offset);
    if (behindFront) this.#unread.set(place.offset, place);
  }

  /** These datasets will be read now: fetches what lies in one span with them. Index offsets; others are ignored. */
  begin(datasets: readonly number[]): void {
    const missing = [...this.#unread.values()].filter(({ offset }) => !this.#cache.holds(offset));
    for (const span of planSpans(missing, new Set(datasets))) {
      this.#spans.push(span);
      this.#cache.prefetch(span.offset, span.length);
    }
  }

  /** These datasets have been read: of the spans, only what is behind the first unread one is kept. */
  end(datasets: readonly number[]): void {
    for (const dataset of datasets) this.#unread.delete(dataset);
    this.#spans = this.#spans.flatMap(({ offset, length, datasets }) => {
      const unread = datasets.filter((dataset) => this.#unread.has(dataset));
      const [first] = unread;
      if (first === offset) return [{ offset, length, datasets: unread }];
      this.#cache.release(offset, first);
      return first === undefined
        ? []
        : [{ offset: first, length: length - (first - offset), datasets: unread }];
    });
  }
}
