import { type ColourScale, PALETTE_SIZE, type PaletteName, palette, tickLabel, ticksOf } from "@zagg/map";
import { element, type PageElements } from "./elements.js";

/** Bars of the histogram: one per two pixels of its canvas. */
export const HISTOGRAM_BINS = 64;

const STATE_LABELS = [
  ["pending", "not run yet"],
  ["no-data", "no data"],
  ["partial", "incomplete"],
  ["empty", "empty shard"],
  ["failed", "failed"],
  ["missing", "chunk missing"],
] as const;

export function showColourBar({ bar }: PageElements, name: PaletteName): void {
  const context = bar.getContext("2d") as CanvasRenderingContext2D;
  const colours = palette(name);
  for (let i = 0; i < PALETTE_SIZE; i++) {
    context.fillStyle = `rgb(${colours.subarray(3 * i, 3 * i + 3).join(" ")})`;
    context.fillRect(i, 0, 1, bar.height);
  }
}

export function showTicks({ ticks }: PageElements, scale: ColourScale): void {
  ticks.replaceChildren(
    ...tickPositions(scale).map(([label, share]) => {
      const tick = element("span", label);
      // Written through the object model, which a content policy allows where it forbids style attributes.
      tick.style.left = `${100 * Math.min(0.96, Math.max(0.04, share))}%`;
      return tick;
    }),
  );
}

/** Labels of a scale's ticks and where they lie on it, 0..1. */
export function tickPositions(scale: ColourScale): [label: string, share: number][] {
  const place = (value: number) => (scale.log ? Math.log(value) : value);
  const [from, to] = [place(scale.min), place(scale.max)];
  return ticksOf(scale, 4).map((tick) => [tickLabel(tick), (place(tick) - from) / (to - from)]);
}

export function showHistogram({ histogram }: PageElements, counts: Uint32Array): void {
  const context = histogram.getContext("2d") as CanvasRenderingContext2D;
  const { width, height } = histogram;
  context.clearRect(0, 0, width, height);
  context.fillStyle = "#5a6270";
  const most = Math.max(1, ...counts);
  counts.forEach((count, i) => {
    const tall = (count / most) * height;
    context.fillRect((i * width) / counts.length, height - tall, width / counts.length - 1, tall);
  });
}

/** Says what pixels without a value are, for those states that occur. */
export function showStates({ states }: PageElements, occurring: ReadonlySet<number>): void {
  const items = STATE_LABELS.flatMap(([kind, label], state) =>
    state === 1 || occurring.has(state) ? [element("li", label, kind)] : [],
  );
  states.replaceChildren(...items);
}
