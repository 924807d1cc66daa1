import type { Rgb } from "@zagg/map";
import { type ColourScale, PALETTE_SIZE, type PaletteName, palette, tickLabel, ticksOf } from "@zagg/map";
import type { Canvas } from "./canvas.js";
import { coverageColour } from "./coverage-style.js";
import { textWidth } from "./font.js";

const INK: Rgb = [40, 44, 52];

export interface LegendStyle {
  readonly scale: ColourScale;
  readonly palette: PaletteName;
  /** What the colours mean, with the unit. */
  readonly label: string;
  readonly unit: number;
}

/** Height of a colour bar with its ticks and label, in units. */
export const COLOUR_BAR_HEIGHT = 44;
/** Height of a row of swatches, in units. */
export const SWATCHES_HEIGHT = 20;

/** A horizontal colour bar: label above, ticks below. */
export function drawColourBar(canvas: Canvas, x: number, y: number, width: number, style: LegendStyle): void {
  const { unit, scale } = style;
  const colours = palette(style.palette);
  canvas.text(style.label, x, y + 9 * unit, { size: 8 * unit, colour: INK });
  const top = Math.round(y + 15 * unit);
  const height = Math.round(11 * unit);
  for (let column = 0; column < width; column++) {
    const entry = 3 * Math.min(PALETTE_SIZE - 1, Math.floor((column / width) * PALETTE_SIZE));
    canvas.fill({ x: x + column, y: top, width: 1, height }, [
      ...colours.subarray(entry, entry + 3),
    ] as unknown as Rgb);
  }
  const frame = [x, top, x + width, top, x + width, top + height, x, top + height, x, top];
  canvas.stroke([frame], { colour: INK, width: 0.8 * unit });
  drawTicks(canvas, x, top + height, width, scale, unit);
}

/** Ticks and their labels; a label that would run into the one before is left out. */
function drawTicks(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  scale: ColourScale,
  unit: number,
): void {
  const size = 7 * unit;
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of ticksOf(scale, Math.max(2, Math.round(width / (70 * unit))))) {
    const share = scale.log
      ? Math.log(tick / scale.min) / Math.log(scale.max / scale.min)
      : (tick - scale.min) / (scale.max - scale.min);
    const at = x + share * width;
    canvas.stroke([[at, y, at, y + 3 * unit]], { colour: INK, width: 0.8 * unit });
    const label = tickLabel(tick);
    const half = textWidth(label, size) / 2;
    if (at - half < free) continue;
    canvas.text(label, at, y + 5 * unit + size, { size, colour: INK, align: "centre" });
    free = at + half + 6 * unit;
  }
}

/** A row of squares that say what pixels without a value are. */
export function drawSwatches(
  canvas: Canvas,
  x: number,
  y: number,
  entries: readonly { readonly label: string; readonly coverage: number }[],
  unit: number,
): void {
  const side = Math.round(10 * unit);
  let left = x;
  for (const { label, coverage } of entries) {
    const top = Math.round(y);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        canvas.fill(
          { x: left + column, y: top + row, width: 1, height: 1 },
          coverageColour(coverage, column, row, unit),
        );
      }
    }
    const frame = [left, top, left + side, top, left + side, top + side, left, top + side, left, top];
    canvas.stroke([frame], { colour: INK, width: 0.6 * unit });
    canvas.text(label, left + side + 5 * unit, top + side - 1.5 * unit, { size: 7 * unit, colour: INK });
    left = Math.round(left + swatchWidth(label, unit));
  }
}

/** Room that one swatch and its label take. */
export function swatchWidth(label: string, unit: number): number {
  return Math.round(10 * unit) + 5 * unit + textWidth(label, 7 * unit) + 16 * unit;
}
