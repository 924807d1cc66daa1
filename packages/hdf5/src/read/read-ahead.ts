import { Extent } from "../bytes/extent.js";
import type { Extents } from "../bytes/extents.js";
import { type IndexPlace, planSpans, type Span } from "./spans.js";

/** Reads spans ahead for datasets that are open and not yet read, and lets go of them when they have been. */
export class ReadAhead {
  readonly #extents: Extents;
  /** Datasets that are open and not yet read, by the offset of their index. */
  readonly #unread = new Map<number, IndexPlace>();
  #spans: Span[] = [];

  constructor(extents: Extents) {
    this.#extents = extents;
  }

  /** A dataset was opened: it will probably be read. */
  expect(place: IndexPlace): void {
    // An offset beyond the end is found out when the index is read.
    const behindFront = place.offset < this.#extents.size && !this.#extents.covering(place.offset);
    if (behindFront) this.#unread.set(place.offset, place);
  }

  /** These datasets will be read now: fetches what lies in one span with them. Index offsets; others are ignored. */
  begin(datasets: readonly number[]): void {
    const missing = [...this.#unread.values()].filter(({ offset }) => !this.#extents.covering(offset));
    for (const span of planSpans(missing, new Set(datasets))) {
      this.#spans.push(span);
      const end = Math.min(span.offset + span.length, this.#extents.size);
      // Ends where what is here already begins.
      this.#extents.fetch("ahead", span.offset, this.#extents.covering(end - 1)?.start ?? end);
    }
  }

  /** These datasets have been read: of the spans, only what is behind the first unread one is kept. */
  end(datasets: readonly number[]): void {
    for (const dataset of datasets) this.#unread.delete(dataset);
    this.#spans = this.#spans.flatMap(({ offset, length, datasets }) => {
      const unread = datasets.filter((dataset) => this.#unread.has(dataset));
      const [first] = unread;
      if (first === offset) return [{ offset, length, datasets: unread }];
      this.#drop(offset, first);
      return first === undefined
        ? []
        : [{ offset: first, length: length - (first - offset), datasets: unread }];
    });
  }

  /** Drops what was read ahead from `start` on, up to `end`; the rest moves to a buffer of its own size. */
  #drop(start: number, end = Number.POSITIVE_INFINITY): void {
    const extent = this.#extents.ahead(start);
    if (!extent) return;
    const rest =
      extent.loaded && end < extent.end ? extent.part(extent.loaded, end, extent.end).slice() : undefined;
    this.#extents.drop(extent);
    if (rest) this.#extents.keep(new Extent("ahead", end, extent.end, rest));
  }
}
