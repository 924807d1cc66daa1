import { faceCell, facePoint, type LonLat } from "./centre.js";
import { HealpixError } from "./error.js";
import type { Latitude } from "./latitude.js";

/**
 * The edge of a cell as a closed ring, counter-clockwise from its northern corner: N, W, S, E, N.
 *
 * @param step points per side: the edges are curves, and 4 · step points follow them (plus the first one again)
 */
export function cellBoundary(
  order: number,
  cell: number | bigint,
  { latitude, step = 1 }: { readonly latitude: Latitude; readonly step?: number },
): LonLat[] {
  if (!Number.isInteger(step) || step < 1) {
    throw new HealpixError("length", `${step} points per side of a cell: at least 1 is needed`);
  }
  const { face, x, y } = faceCell(order, cell);
  const nside = 2 ** order;
  const ring: LonLat[] = [];
  for (const [cornerX, cornerY, alongX, alongY] of SIDES) {
    for (let i = 0; i < step; i++) {
      const part = i / step;
      const px = (x + cornerX + alongX * part) / nside;
      const py = (y + cornerY + alongY * part) / nside;
      ring.push(facePoint(face, px, py, latitude));
    }
  }
  ring.push(ring[0] as LonLat);
  return ring;
}

/** Each side's first corner and direction, from N by W, S and E. */
const SIDES = [
  [1, 1, -1, 0],
  [0, 1, 0, -1],
  [0, 0, 1, 0],
  [1, 0, 0, 1],
] as const;
