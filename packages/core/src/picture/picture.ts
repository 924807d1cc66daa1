import type { Rgb } from "@zagg/map";
import { type ColourScale, limitsOf, type PaletteName } from "@zagg/map";
import type { Raster } from "../raster/raster.js";
import { Canvas } from "./canvas.js";
import { coverageLegend } from "./coverage-style.js";
import { textWidth } from "./font.js";
import { COLOUR_BAR_HEIGHT, drawColourBar, drawSwatches, SWATCHES_HEIGHT, swatchWidth } from "./legend.js";
import { drawMap } from "./map-panel.js";
import { encodePng } from "./png.js";

/** One map of a picture. */
export interface Panel {
  readonly raster: Raster;
  /** Headline, e.g. `h_mean`. */
  readonly title: string;
  /** What the colours mean, with the unit, e.g. `mean surface height [m]`. */
  readonly label: string;
  /** Default `viridis`. */
  readonly palette?: PaletteName;
  /** Default: linear between the 2nd and 98th percentile. */
  readonly scale?: ColourScale;
}

export interface PictureOptions {
  /** Small lines below everything: where the data come from, grid, rule. */
  readonly caption?: readonly string[];
}

const INK: Rgb = [40, 44, 52];
const SOFT_INK: Rgb = [96, 102, 112];
const PAPER: Rgb = [255, 255, 255];

/** A raster smaller than this is magnified (by a whole number), so that its pixels and the text are seen. */
const LEAST_MAP_PIXELS = 640;
/** Text and lines grow with the map beyond this size. */
const BASE_MAP_PIXELS = 800;

/** Space around a map, in units: degrees left and right, a title above. */
const MARGIN = { side: 44, top: 48, bottom: 22 } as const;
const GAP = 12;

/**
 * A PNG of one or more maps, each with title, coastline, graticule and colour bar; two in a row. All rasters are of
 * one size.
 */
export function renderPng(panels: Panel | readonly Panel[], options: PictureOptions = {}): Uint8Array {
  const list: readonly Panel[] = Array.isArray(panels) ? panels : [panels as Panel];
  const first = list[0];
  if (!first) throw new RangeError("a picture needs at least one panel");
  const { width, height } = first.raster.grid;
  const magnify = Math.max(1, Math.ceil(LEAST_MAP_PIXELS / Math.max(width, height)));
  const unit = Math.max(1, (magnify * Math.max(width, height)) / BASE_MAP_PIXELS);
  const legends = list.map(({ raster }) => coverageLegend(raster.values, raster.coverage));

  const inner = Math.max(
    width * magnify,
    ...list.map((panel, i) => leastWidth(panel, legends[i] ?? [], unit)),
  );
  const cell = {
    width: Math.ceil(inner + 2 * MARGIN.side * unit),
    height: Math.ceil(
      height * magnify + (MARGIN.top + MARGIN.bottom + COLOUR_BAR_HEIGHT + SWATCHES_HEIGHT) * unit,
    ),
  };
  const columns = Math.min(2, list.length);
  const rows = Math.ceil(list.length / columns);
  const caption = wrapped(options.caption ?? [], columns * cell.width - 2 * MARGIN.side * unit, 7 * unit);
  const captionHeight = Math.ceil((GAP + caption.length * 14) * unit);
  const canvas = new Canvas(columns * cell.width, rows * cell.height + captionHeight, PAPER);

  list.forEach((panel, i) => {
    const x = Math.round((i % columns) * cell.width + (cell.width - width * magnify) / 2);
    const y = Math.round(Math.floor(i / columns) * cell.height + MARGIN.top * unit);
    drawPanel(canvas, x, y, panel, legends[i] ?? [], {
      magnify,
      unit,
      inner,
      cellX: (i % columns) * cell.width,
    });
  });
  caption.forEach((line, i) => {
    const y = rows * cell.height + (14 * i + 8) * unit;
    canvas.text(line, MARGIN.side * unit, y, { size: 7 * unit, colour: SOFT_INK });
  });
  return encodePng(canvas.width, canvas.height, canvas.pixels, { Software: "zagg" });
}

interface PanelLayout {
  readonly magnify: number;
  readonly unit: number;
  /** Width for map, title and legend, pixels. */
  readonly inner: number;
  readonly cellX: number;
}

function drawPanel(
  canvas: Canvas,
  x: number,
  y: number,
  panel: Panel,
  legend: ReturnType<typeof coverageLegend>,
  { magnify, unit, inner, cellX }: PanelLayout,
): void {
  const { raster } = panel;
  const scale = panel.scale ?? limitsOf(raster.values);
  const style = { scale, palette: panel.palette ?? "viridis", magnify, unit } as const;
  const left = Math.round(cellX + MARGIN.side * unit);
  canvas.text(panel.title, left, y - 26 * unit, { size: 11 * unit, colour: INK, bold: true });
  drawMap(canvas, x, y, raster, style);
  const below = y + raster.grid.height * magnify + MARGIN.bottom * unit;
  const barWidth = Math.round(Math.min(inner, 460 * unit));
  drawColourBar(canvas, left, below, barWidth, { ...style, label: panel.label });
  drawSwatches(canvas, left, below + (COLOUR_BAR_HEIGHT + 2) * unit, legend, unit);
}

/** Width below which a panel's words would be cut off. */
function leastWidth(panel: Panel, legend: ReturnType<typeof coverageLegend>, unit: number): number {
  const swatches = legend.reduce((sum, { label }) => sum + swatchWidth(label, unit), 0);
  return Math.ceil(
    Math.max(textWidth(panel.title, 11 * unit), textWidth(panel.label, 8 * unit), swatches, 240 * unit),
  );
}

/** Breaks lines at spaces so that each fits `width` pixels. */
function wrapped(lines: readonly string[], width: number, size: number): string[] {
  return lines.flatMap((line) => {
    const out: string[] = [];
    for (const word of line.split(" ")) {
      const longer = out.length === 0 ? word : `${out.at(-1)} ${word}`;
      if (out.length > 0 && textWidth(longer, size) <= width) out[out.length - 1] = longer;
      else out.push(word);
    }
    return out;
  });
}
