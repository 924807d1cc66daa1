import type { Rgb } from "@zagg/map";
import {
  type ColourScale,
  coastline,
  colourIndex,
  degreesLabel,
  extentOf,
  type GraticuleLine,
  graticuleOf,
  type LonLatLine,
  type PaletteName,
  type PixelGrid,
  palette,
  projectionOf,
} from "@zagg/map";
import { COVERAGE_OUTSIDE, type Raster } from "../raster/raster.js";
import type { Canvas, Clip } from "./canvas.js";
import { coverageColour } from "./coverage-style.js";
import { type Polyline, textWidth } from "./font.js";

export interface MapStyle {
  readonly scale: ColourScale;
  readonly palette: PaletteName;
  /** Side of a raster pixel in picture pixels, a whole number. */
  readonly magnify: number;
  /** Size of one unit of text and line width, picture pixels. */
  readonly unit: number;
}

const INK: Rgb = [40, 44, 52];
const COAST: Rgb = [60, 60, 66];

/** Draws a raster with coastline, graticule and frame; its upper left corner is at `x`, `y`. */
export function drawMap(canvas: Canvas, x: number, y: number, raster: Raster, style: MapStyle): void {
  const { grid } = raster;
  const { unit, magnify } = style;
  const area = { x, y, width: grid.width * magnify, height: grid.height * magnify };
  drawPixels(canvas, area, raster, style);

  const toPicture = pictureLines(grid, area, magnify);
  const graticule = graticuleOf(grid);
  const gridLines = graticule.flatMap((line) => toPicture(line.points));
  canvas.stroke(gridLines, { colour: INK, width: 0.6 * unit, opacity: 0.25 }, area);
  const coast = coastline().flatMap(toPicture);
  canvas.stroke(coast, { colour: [255, 255, 255], width: 2.2 * unit, opacity: 0.45 }, area);
  canvas.stroke(coast, { colour: COAST, width: 0.9 * unit, opacity: 0.9 }, area);
  const taken: Clip[] = [];
  for (const line of graticule) {
    const label = labelOf(area, line, toPicture(line.points), unit);
    if (!label || taken.some((other) => overlap(label.box, other))) continue;
    taken.push(label.box);
    canvas.text(label.text, label.box.x, label.box.y + label.box.height, {
      size: 7 * unit,
      colour: INK,
      halo: label.onMap,
    });
  }
  drawFrame(canvas, area, unit);
}

function drawPixels(canvas: Canvas, area: Clip, raster: Raster, style: MapStyle): void {
  const { grid, values, coverage } = raster;
  const { magnify, unit } = style;
  const colours = palette(style.palette);
  const indexOf = colourIndex(style.scale);
  const { pixels } = canvas;
  for (let row = 0; row < area.height; row++) {
    const rasterRow = Math.floor(row / magnify) * grid.width;
    let at = 3 * ((area.y + row) * canvas.width + area.x);
    for (let column = 0; column < area.width; column++, at += 3) {
      const k = rasterRow + Math.floor(column / magnify);
      const entry = 3 * indexOf(values[k] as number);
      const found = entry >= 0;
      const source = found ? colours : coverageColour(coverage?.[k] ?? COVERAGE_OUTSIDE, column, row, unit);
      const from = found ? entry : 0;
      pixels[at] = source[from] as number;
      pixels[at + 1] = source[from + 1] as number;
      pixels[at + 2] = source[from + 2] as number;
    }
  }
}

/** Projects lines of lon, lat into the picture; pieces far outside the map are dropped. */
function pictureLines(grid: PixelGrid, area: Clip, magnify: number): (line: LonLatLine) => Polyline[] {
  const projection = projectionOf(grid.crs);
  const { left, top } = extentOf(grid);
  const perUnit = magnify / grid.spacing;
  const margin = 2 * Math.max(area.width, area.height);
  return (line) => {
    const count = line.length / 2;
    const [lon, lat, px, py] = [0, 0, 0, 0].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let i = 0; i < count; i++) {
      lon[i] = line[2 * i] as number;
      lat[i] = line[2 * i + 1] as number;
    }
    projection.forwardAll(lon, lat, px, py);
    const pieces: number[][] = [];
    let piece: number[] = [];
    for (let i = 0; i < count; i++) {
      const u = area.x + ((px[i] as number) - left) * perUnit;
      const v = area.y + (top - (py[i] as number)) * perUnit;
      const near = Math.abs(u - area.x) < margin && Math.abs(v - area.y) < margin;
      // On a plate carrée a line that crosses the antimeridian goes on at the other edge.
      const jumps =
        !projection.metric && i > 0 && Math.abs((lon[i] as number) - (lon[i - 1] as number)) > 180;
      if (!near || jumps) {
        if (piece.length > 2) pieces.push(piece);
        piece = [];
      }
      if (near) piece.push(u, v);
    }
    if (piece.length > 2) pieces.push(piece);
    return pieces;
  };
}

interface Label {
  readonly text: string;
  readonly box: Clip;
  readonly onMap: boolean;
}

/** A line's degrees where it leaves the map, or, for a parallel that never does, on its uppermost point. */
function labelOf(
  area: Clip,
  line: GraticuleLine,
  pieces: readonly Polyline[],
  unit: number,
): Label | undefined {
  const text = degreesLabel(line);
  const [width, height] = [textWidth(text, 7 * unit), 7 * unit];
  const gap = 4 * unit;
  const at = (x: number, y: number, onMap = false): Label => ({ text, box: { x, y, width, height }, onMap });
  const crossing = frameCrossing(area, pieces);
  if (crossing) {
    const [u, v] = crossing;
    if (u <= area.x + 1) return at(area.x - gap - width, v - height / 2);
    if (u >= area.x + area.width - 1) return at(area.x + area.width + gap, v - height / 2);
    return at(u - width / 2, v <= area.y + 1 ? area.y - gap - height : area.y + area.height + gap);
  }
  const top = line.kind === "parallel" ? uppermost(area, pieces) : undefined;
  return top && at(top[0] - width / 2, top[1] - 2 * unit - height, true);
}

function overlap(a: Clip, b: Clip): boolean {
  const apart = (from: number, size: number, other: number) => from + size < other;
  return !(
    apart(a.x, a.width, b.x) ||
    apart(b.x, b.width, a.x) ||
    apart(a.y, a.height, b.y) ||
    apart(b.y, b.height, a.y)
  );
}

/** Where a line first crosses the edge of the map, or ends upon it. */
function frameCrossing(area: Clip, pieces: readonly Polyline[]): readonly [number, number] | undefined {
  const inside = (u: number, v: number) =>
    u >= area.x && u <= area.x + area.width && v >= area.y && v <= area.y + area.height;
  for (const piece of pieces) {
    const [u, v] = piece as readonly [number, number];
    if (inside(u, v) && Math.min(u - area.x, area.y + area.height - v) < 1) return [u, v];
    for (let i = 2; i < piece.length; i += 2) {
      let [u0, v0, u1, v1] = piece.slice(i - 2, i + 2) as [number, number, number, number];
      if (inside(u0, v0) === inside(u1, v1)) continue;
      if (inside(u1, v1)) [u0, v0, u1, v1] = [u1, v1, u0, v0];
      // Bisection from the inner point: the edge is at most a pixel from where it ends.
      for (let step = 0; step < 24; step++) {
        const [u, v] = [(u0 + u1) / 2, (v0 + v1) / 2];
        if (inside(u, v)) [u0, v0] = [u, v];
        else [u1, v1] = [u, v];
      }
      return [u0, v0];
    }
  }
  return undefined;
}

function uppermost(area: Clip, pieces: readonly Polyline[]): readonly [number, number] | undefined {
  let best: readonly [number, number] | undefined;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i += 2) {
      const [u, v] = [piece[i] as number, piece[i + 1] as number];
      if (u < area.x || u > area.x + area.width || v < area.y || v > area.y + area.height) continue;
      if (!best || v < best[1]) best = [u, v];
    }
  }
  return best;
}

function drawFrame(canvas: Canvas, { x, y, width, height }: Clip, unit: number): void {
  const corners = [x, y, x + width, y, x + width, y + height, x, y + height, x, y];
  canvas.stroke([corners], { colour: INK, width: unit });
}
