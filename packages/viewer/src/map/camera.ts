import { type CellLayout, type Crs, projectionOf } from "@zagg/map";
import type { ViewName } from "../state.js";

/** Radius of the globe, metres. */
export const GLOBE_RADIUS = 6371007;
const DEG = Math.PI / 180;

/** Where the viewer looks from. Immutable: every movement makes a new one. */
export interface Camera {
  readonly view: ViewName;
  /** Metres of the polar grid, or longitude and latitude of the globe, at the middle of the window. */
  readonly centre: readonly [number, number];
  /** Metres per CSS pixel (on the globe: in its middle). */
  readonly scale: number;
}

/** A point of the window in CSS pixels from its middle, y down. */
export type Point = readonly [x: number, y: number];
export type LonLat = readonly [lon: number, lat: number];

export function crsOf(view: Exclude<ViewName, "globe">): Crs {
  return view === "south" ? "EPSG:3031" : "EPSG:3413";
}

/** Longitude and latitude under a point; undefined beside the globe. */
export function lonLatAt({ view, centre, scale }: Camera, [x, y]: Point): LonLat | undefined {
  if (view !== "globe")
    return projectionOf(crsOf(view)).inverse(centre[0] + x * scale, centre[1] - y * scale);
  const [u, v] = [(x * scale) / GLOBE_RADIUS, (-y * scale) / GLOBE_RADIUS];
  const w2 = 1 - u * u - v * v;
  if (w2 < 0) return undefined;
  const [ex, ey, ez] = rotated(globeRotation(centre), [u, v, Math.sqrt(w2)]);
  return [Math.atan2(ey, ex) / DEG, Math.atan2(ez, Math.hypot(ex, ey)) / DEG];
}

/** The point at a longitude and latitude; undefined on the far side of the globe. */
export function pointAt({ view, centre, scale }: Camera, [lon, lat]: LonLat): Point | undefined {
  if (view !== "globe") {
    const [x, y] = projectionOf(crsOf(view)).forward(lon, lat);
    return [(x - centre[0]) / scale, (centre[1] - y) / scale];
  }
  const [sinLat, cosLat] = [Math.sin(lat * DEG), Math.cos(lat * DEG)];
  const [sin0, cos0] = [Math.sin(centre[1] * DEG), Math.cos(centre[1] * DEG)];
  const [sinL, cosL] = [Math.sin((lon - centre[0]) * DEG), Math.cos((lon - centre[0]) * DEG)];
  if (sin0 * sinLat + cos0 * cosLat * cosL < 0) return undefined;
  const perRadius = GLOBE_RADIUS / scale;
  return [perRadius * cosLat * sinL, -perRadius * (cos0 * sinLat - sin0 * cosLat * cosL)];
}

/** Columns: east, north and outward at the globe's middle, as vectors of a globe whose z is the north pole. */
export function globeRotation([lon, lat]: readonly [number, number]): readonly number[] {
  const [sinL, cosL] = [Math.sin(lon * DEG), Math.cos(lon * DEG)];
  const [sinP, cosP] = [Math.sin(lat * DEG), Math.cos(lat * DEG)];
  return [-sinL, cosL, 0, -sinP * cosL, -sinP * sinL, cosP, cosP * cosL, cosP * sinL, sinP];
}

function rotated(
  m: readonly number[],
  [u, v, w]: readonly [number, number, number],
): [number, number, number] {
  const row = (i: number) => (m[i] as number) * u + (m[3 + i] as number) * v + (m[6 + i] as number) * w;
  return [row(0), row(1), row(2)];
}

/** Moves what is shown by some pixels. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  const { view, centre, scale } = camera;
  if (view !== "globe") return { ...camera, centre: [centre[0] - dx * scale, centre[1] + dy * scale] };
  const perPixel = scale / GLOBE_RADIUS / DEG;
  const lat = Math.max(-90, Math.min(90, centre[1] + dy * perPixel));
  const shrink = Math.max(0.05, Math.cos(lat * DEG));
  const lon = centre[0] - (dx * perPixel) / shrink;
  return { ...camera, centre: [((((lon + 180) % 360) + 360) % 360) - 180, lat] };
}

/** Zooms by a factor (> 1: closer) so that what is under a point stays there; the globe zooms about its middle. */
export function zoomed(camera: Camera, factor: number, [x, y]: Point, limits: ScaleLimits): Camera {
  const scale = Math.min(limits.max, Math.max(limits.min, camera.scale / factor));
  if (camera.view === "globe") return { ...camera, scale };
  const [cx, cy] = camera.centre;
  const moved = camera.scale - scale;
  return { ...camera, scale, centre: [cx + x * moved, cy - y * moved] };
}

export interface ScaleLimits {
  readonly min: number;
  readonly max: number;
}

/** A cell may grow to this many pixels. */
const CELL_PIXELS = 120;

/** From cells that fill the eye to twice the globe. */
export function scaleLimits({ childOrder }: CellLayout): ScaleLimits {
  const cell = GLOBE_RADIUS * Math.sqrt((4 * Math.PI) / (12 * 4 ** childOrder));
  return { min: cell / CELL_PIXELS, max: (4 * GLOBE_RADIUS) / 300 };
}

/** Metres of a polar grid from the pole that a map may be moved: a little beyond the equator. */
const MOST_METRES = 2e7;

/** A camera of this view that a page can draw, whatever a link asks for. */
export function drawable({ view, centre: [x, y], scale }: Camera, limits: ScaleLimits): Camera {
  const within = (value: number, most: number) => Math.max(-most, Math.min(most, value));
  const [first, second] = view === "globe" ? [((((x + 180) % 360) + 360) % 360) - 180, 90] : [x, MOST_METRES];
  return {
    view,
    centre: [view === "globe" ? first : within(first, MOST_METRES), within(y, second)],
    scale: Math.min(limits.max, Math.max(limits.min, scale)),
  };
}

/** The camera that shows all of some points in a window of this size. */
export function cameraOver(view: ViewName, points: readonly LonLat[], width: number, height: number): Camera {
  const least = Math.max(64, Math.min(width, height));
  if (view === "globe") {
    const [x, y, z] = points.reduce(
      ([sx, sy, sz], [lon, lat]) => {
        const c = Math.cos(lat * DEG);
        return [
          sx + c * Math.cos(lon * DEG),
          sy + c * Math.sin(lon * DEG),
          sz + Math.sin(lat * DEG),
        ] as const;
      },
      [0, 0, 0] as readonly [number, number, number],
    );
    const centre = [Math.atan2(y, x) / DEG, Math.atan2(z, Math.hypot(x, y)) / DEG] as const;
    return { view, centre, scale: (2.2 * GLOBE_RADIUS) / least };
  }
  const placed = points.map(([lon, lat]) => projectionOf(crsOf(view)).forward(lon, lat));
  const [xs, ys] = [placed.map(([x]) => x), placed.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  const scale =
    1.06 * Math.max((right - left) / Math.max(64, width), (top - bottom) / Math.max(64, height), 1);
  return { view, centre: [(left + right) / 2, (bottom + top) / 2], scale };
}
