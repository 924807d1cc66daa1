import type { Rgb } from "@zagg/map";
import { type Polyline, textStrokes, textWidth } from "./font.js";

export interface StrokeStyle {
  readonly colour: Rgb;
  /** Pixels. */
  readonly width: number;
  /** 0..1; default 1. */
  readonly opacity?: number;
}

export interface TextStyle {
  /** Height of capitals, pixels. */
  readonly size: number;
  readonly colour: Rgb;
  readonly align?: "left" | "centre" | "right";
  readonly bold?: boolean;
  /** A light rim, for text upon a map. */
  readonly halo?: boolean;
}

/** Part of a canvas that drawing is held to. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An RGB picture in memory with the few ways of drawing that a map needs; strokes are anti-aliased. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  /** r, g, b, row-major from the top. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, background: Rgb) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(3 * width * height);
    this.fill({ x: 0, y: 0, width, height }, background);
  }

  fill(area: Clip, [r, g, b]: Rgb): void {
    const { x, y, width, height } = this.#clipped(area);
    for (let row = y; row < y + height; row++) {
      for (let at = 3 * (row * this.width + x), i = 0; i < width; i++) {
        this.pixels[at++] = r;
        this.pixels[at++] = g;
        this.pixels[at++] = b;
      }
    }
  }

  /** Strokes all `lines` as one shape: where they cross or join, nothing darkens. */
  stroke(lines: readonly Polyline[], style: StrokeStyle, clip?: Clip): void {
    const area = this.#clipped(clip ?? { x: 0, y: 0, width: this.width, height: this.height });
    const box = intersection(area, boundsOf(lines, style.width + 2));
    if (box.width <= 0 || box.height <= 0) return;
    const coverage = new Uint8Array(box.width * box.height);
    for (const line of lines) {
      for (let i = 0; i + 3 < line.length; i += 2) {
        const [x0, y0, x1, y1] = line.slice(i, i + 4) as [number, number, number, number];
        cover(coverage, box, x0, y0, x1, y1, style.width / 2);
      }
    }
    this.#blend(coverage, box, style.colour, style.opacity ?? 1);
  }

  text(text: string, x: number, baseline: number, style: TextStyle): void {
    const width = textWidth(text, style.size);
    const left = style.align === "centre" ? x - width / 2 : style.align === "right" ? x - width : x;
    const strokes = textStrokes(text, left, baseline, style.size);
    const weight = Math.max(1.1, style.size * (style.bold ? 0.2 : 0.13));
    if (style.halo)
      this.stroke(strokes, { colour: [255, 255, 255], width: weight + style.size * 0.5, opacity: 0.75 });
    this.stroke(strokes, { colour: style.colour, width: weight });
  }

  #blend(coverage: Uint8Array, box: Clip, colour: Rgb, opacity: number): void {
    for (let row = 0; row < box.height; row++) {
      for (let column = 0; column < box.width; column++) {
        const share = ((coverage[row * box.width + column] as number) / 255) * opacity;
        if (share === 0) continue;
        const at = 3 * ((box.y + row) * this.width + box.x + column);
        for (let c = 0; c < 3; c++) {
          const under = this.pixels[at + c] as number;
          this.pixels[at + c] = Math.round(under + share * ((colour[c] as number) - under));
        }
      }
    }
  }

  #clipped(area: Clip): Clip {
    return intersection(area, { x: 0, y: 0, width: this.width, height: this.height });
  }
}

/** Raises the coverage (0..255) of the pixels that a round-ended segment of half-width `half` touches. */
function cover(
  mask: Uint8Array,
  box: Clip,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  half: number,
): void {
  const reach = half + 1;
  const left = Math.max(box.x, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(box.x + box.width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(box.y, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(box.y + box.height - 1, Math.ceil(Math.max(ay, by) + reach));
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
      const away = Math.hypot(px - t * dx, py - t * dy);
      const value = 255 * Math.min(1, Math.max(0, half + 0.5 - away));
      const at = (y - box.y) * box.width + x - box.x;
      if (value > (mask[at] as number)) mask[at] = value;
    }
  }
}

function boundsOf(lines: readonly Polyline[], margin: number): Clip {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      left = Math.min(left, line[i] as number);
      right = Math.max(right, line[i] as number);
      top = Math.min(top, line[i + 1] as number);
      bottom = Math.max(bottom, line[i + 1] as number);
    }
  }
  if (left > right) return { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [Math.floor(left - margin), Math.floor(top - margin)];
  return { x, y, width: Math.ceil(right + margin) - x, height: Math.ceil(bottom + margin) - y };
}

function intersection(a: Clip, b: Clip): Clip {
  const x = Math.max(Math.round(a.x), b.x);
  const y = Math.max(Math.round(a.y), b.y);
  const right = Math.min(Math.round(a.x + a.width), b.x + b.width);
  const bottom = Math.min(Math.round(a.y + a.height), b.y + b.height);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}
