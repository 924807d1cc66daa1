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
    if (!this.#cache.holds(place.offset)) this.#unread.set(place.offset, place);
  }

  /** These datasets will be read now: fetches what lies in one span with them. Index offsets; others are ignored. */
  begin(datasets: readonly number[]): void {
    const missing = [...this.#unread.values()].filter(({ offset }) => !this.#cache.holds(offset));
    for (const span of planSpans(missing, new Set(datasets))) {
      this.#spans.push(span);
      this.#cache.prefetch(span.offset, span.length);
    }
  }

  /** These datasets have been read: spans that nobody waits for are forgotten. */
  end(datasets: readonly number[]): void {
    for (const dataset of datasets) this.#unread.delete(dataset);
    this.#spans = this.#spans.filter((span) => {
      const waiting = span.datasets.some((offset) => this.#unread.has(offset));
      if (!waiting) this.#cache.release(span.offset);
      return waiting;
    });
  }
}
