/** A range wider than this is shown as the whole circle, degrees. */
const NEARLY_ALL = 330;

/**
 * The smallest range of longitudes that holds all: what is left of the circle without its widest gap. `east` is above
 * 180 where the range crosses the antimeridian.
 */
export function shortestRange(lons: readonly number[]): { readonly west: number; readonly east: number } {
  const sorted = [...lons].sort((a, b) => a - b);
  const first = sorted[0] as number;
  let west = first;
  let east = sorted.at(-1) as number;
  let widest = first + 360 - east;
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1] as number, sorted[i] as number];
    if (after - before > widest) {
      widest = after - before;
      west = after;
      east = before + 360;
    }
  }
  return east - west > NEARLY_ALL ? { west: -180, east: 180 } : { west, east };
}
