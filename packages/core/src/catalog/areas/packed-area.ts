import type { Coverage, Latitude } from "@zagg/healpix";

/**
 * A built-in area: for each convention of latitude the cells of `order` that it touches. The bounds of the ranges
 * are differences as varints (seven bits a byte, the lowest first, the eighth set on all but the last), in base64.
 */
export type PackedArea = { readonly order: number } & Readonly<Record<Latitude, string>>;

/** The cells of an area. */
export function unpackArea(area: PackedArea, latitude: Latitude): Coverage {
  const bounds: number[] = [];
  let bound = 0;
  let [difference, unit] = [0, 1];
  for (const byte of Buffer.from(area[latitude], "base64")) {
    difference += (byte & 127) * unit;
    unit *= 128;
    if (byte >= 128) continue;
    bound += difference;
    bounds.push(bound);
    [difference, unit] = [0, 1];
  }
  return { order: area.order, ranges: Float64Array.from(bounds) };
}
