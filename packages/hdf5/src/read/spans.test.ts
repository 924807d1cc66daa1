import { describe, expect, it } from "vitest";
import { MAX_SPAN_BYTES, planSpans } from "./spans.js";

const place = (offset: number, rawBytes: number) => ({ offset, rawBytes });

describe("planSpans", () => {
  it("joins neighbours, each ending where the next begins", () => {
    const [span, ...others] = planSpans(
      [place(1_000_000, 800_000), place(1_600_000, 400_000)],
      new Set([1_000_000]),
    );
    expect(others).toEqual([]);
    expect(span).toEqual({
      offset: 1_000_000,
      length: 600_000 + 4096 + 320_000,
      datasets: [1_000_000, 1_600_000],
    });
  });

  it("keeps apart what does not adjoin, and leaves out what is not wanted", () => {
    const places = [place(0, 1000), place(1_000_000, 1000), place(2_000_000, 1000)];
    expect(planSpans(places, new Set([0, 2_000_000])).map(({ offset }) => offset)).toEqual([0, 2_000_000]);
  });

  it("leaves out what is too long for a span, and cuts chains at the limit", () => {
    expect(planSpans([place(0, 10 * MAX_SPAN_BYTES)], new Set([0]))).toEqual([]);
    const chain = Array.from({ length: 5 }, (_, i) => place(i * 1_000_000, 1_200_000));
    const spans = planSpans(chain, new Set(chain.map(({ offset }) => offset)));
    expect(spans.every(({ length }) => length <= MAX_SPAN_BYTES)).toBe(true);
    expect(spans.flatMap(({ datasets }) => datasets)).toEqual(chain.map(({ offset }) => offset));
  });
});
