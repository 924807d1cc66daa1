import {
  type ColourScale,
  HATCH_LINE,
  HATCH_PERIOD,
  type NoValueStyle,
  PALETTE_SIZE,
  type PaletteName,
  palette,
  tickLabel,
  ticksOf,
} from "@zagg/map";
import { SHARD_STATES } from "@zagg/product";
import { STATE_STYLES } from "../map/state-shader.js";
import { element, type PageElements } from "./elements.js";

/** Bars of the histogram: one per two pixels of its canvas. */
export const HISTOGRAM_BINS = 64;

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

/** Says what pixels without a value are, for those states that occur; cells without data occur always. */
export function showStates({ states }: PageElements, occurring: ReadonlySet<number>): void {
  const written = SHARD_STATES.indexOf("written");
  const items = STATE_STYLES.flatMap((style, state) =>
    state === written || occurring.has(state) ? [stateItem(style)] : [],
  );
  states.replaceChildren(...items);
}

function stateItem({ label, colour, hatch }: NoValueStyle): HTMLLIElement {
  const [item, swatch] = [element("li", label), element("span")];
  const [ground, line] = [`rgb(${colour.join(" ")})`, `rgb(${(hatch ?? colour).join(" ")})`];
  const [from, to] = [HATCH_PERIOD - HATCH_LINE, HATCH_PERIOD].map((at) => `${at}px`);
  swatch.style.background = `repeating-linear-gradient(135deg, ${ground} 0 ${from}, ${line} ${from} ${to})`;
  item.prepend(swatch);
  return item;
}
