import type { LonLatLine } from "./coastline.js";
import { shortestRange } from "./longitude-range.js";
import { extentOf, type PixelGrid } from "./pixel-grid.js";
import { projectionOf } from "./projection.js";

/** Longitudes `west..east` (east may pass 180) and latitudes `south..north` in degrees. */
export interface LonLatBounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** A meridian or parallel of the graticule. */
export interface GraticuleLine {
  readonly kind: "meridian" | "parallel";
  /** Its longitude (-180..180) or latitude. */
  readonly degrees: number;
  readonly points: LonLatLine;
}

/** Distances between meridians or parallels that read well, degrees. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30] as const;

/** The grid's own graticule: about `count` parallels and meridians in view. */
export function graticuleOf(grid: PixelGrid, count = 5): readonly GraticuleLine[] {
  const bounds = boundsOf(grid);
  const latStep = stepFor((bounds.north - bounds.south) / count);
  const lonStep = stepFor((bounds.east - bounds.west) / (bounds.east - bounds.west > 180 ? 12 : count));
  // On a polar map the meridians would run into one blot at the pole.
  return graticule(bounds, lonStep, latStep, projectionOf(grid.crs).metric ? latStep : 0);
}

/** Meridians and parallels at multiples of the steps; meridians end `poleGap` degrees short of the poles. */
export function graticule(
  bounds: LonLatBounds,
  lonStep: number,
  latStep: number,
  poleGap: number,
): readonly GraticuleLine[] {
  const lines: GraticuleLine[] = [];
  const south = Math.max(bounds.south, poleGap - 90);
  const north = Math.min(bounds.north, 90 - poleGap);
  // A whole turn would draw the meridian of its start twice.
  const lastMeridian = Math.min(bounds.east, bounds.west + 360 - lonStep / 2);
  for (const lon of multiples(bounds.west, lastMeridian, lonStep)) {
    const points = lineOf(south, north, Math.min(1, latStep / 4), (lat) => [lon, lat]);
    lines.push({ kind: "meridian", degrees: lon > 180 ? lon - 360 : lon, points });
  }
  for (const lat of multiples(south, north, latStep)) {
    const points = lineOf(bounds.west, bounds.east, Math.min(1, lonStep / 4), (lon) => [lon, lat]);
    lines.push({ kind: "parallel", degrees: lat, points });
  }
  return lines;
}

/** `70°S`, `120°W`, `0°`. */
export function degreesLabel({ kind, degrees }: Pick<GraticuleLine, "kind" | "degrees">): string {
  const size = `${Number(Math.abs(degrees).toFixed(2))}°`;
  if (degrees === 0 || Math.abs(degrees) === 180) return size;
  const [negative, positive] = kind === "meridian" ? ["W", "E"] : ["S", "N"];
  return size + (degrees < 0 ? negative : positive);
}

/** Points sampled along each edge of a grid, and across it, to find its bounds. */
const SAMPLES = 64;

/** Bounds of what a grid shows. A grid that holds a pole spans every longitude up to it. */
export function boundsOf(grid: PixelGrid): LonLatBounds {
  const projection = projectionOf(grid.crs);
  const { left, bottom, right, top } = extentOf(grid);
  if (!projection.metric) {
    return { west: left, east: right, south: Math.max(bottom, -90), north: Math.min(top, 90) };
  }
  const lons: number[] = [];
  let south = 90;
  let north = -90;
  for (let i = 0; i <= SAMPLES; i++) {
    for (let j = 0; j <= SAMPLES; j++) {
      const x = left + ((right - left) * i) / SAMPLES;
      const [lon, lat] = projection.inverse(x, bottom + ((top - bottom) * j) / SAMPLES);
      lons.push(lon);
      south = Math.min(south, lat);
      north = Math.max(north, lat);
    }
  }
  const holdsPole = left <= 0 && right >= 0 && bottom <= 0 && top >= 0;
  if (holdsPole) {
    const isSouth = grid.crs === "EPSG:3031";
    return { west: -180, east: 180, south: isSouth ? -90 : south, north: isSouth ? north : 90 };
  }
  return { ...shortestRange(lons), south, north };
}

function stepFor(degrees: number): number {
  return STEPS.find((step) => step >= degrees) ?? 30;
}

function multiples(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9; i++)
    values.push(Number((i * step).toFixed(6)));
  return values;
}

function lineOf(
  from: number,
  to: number,
  step: number,
  point: (value: number) => readonly [number, number],
): LonLatLine {
  const line: number[] = [];
  for (let value = from; value < to; value += step) line.push(...point(value));
  line.push(...point(to));
  return Float64Array.from(line);
}
