import type { LonLatLine } from "./coastline.js";
import type { Crs } from "./crs.js";
import { shortestRange } from "./longitude-range.js";
import type { Extent } from "./pixel-grid.js";
import { projectionOf } from "./projection.js";

/**
 * The extent that holds every point of some lines. On a plate carrée it is the narrowest one, which may pass 180°
 * east; lines around a pole span all longitudes there.
 */
export function extentOfLines(crs: Crs, lines: readonly LonLatLine[]): Extent {
  const projection = projectionOf(crs);
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  const lons: number[] = [];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = projection.forward(line[i] as number, line[i + 1] as number);
      left = Math.min(left, x);
      right = Math.max(right, x);
      bottom = Math.min(bottom, y);
      top = Math.max(top, y);
      lons.push(x);
    }
  }
  if (projection.metric) return { left, bottom, right, top };
  const { west, east } = shortestRange(lons);
  return { left: west, right: east, bottom, top };
}
