import { COASTLINE, COASTLINE_STEPS } from "./coastline-data.js";

/** A line in geodetic degrees: lon, lat, lon, lat … */
export type LonLatLine = Float64Array;

let lines: readonly LonLatLine[] | undefined;

/** The world's coastline (Natural Earth 1:50m, within 4 km), unpacked at the first call. */
export function coastline(): readonly LonLatLine[] {
  lines ??= unpack(Uint8Array.from(atob(COASTLINE), (character) => character.charCodeAt(0)));
  return lines;
}

function unpack(bytes: Uint8Array): LonLatLine[] {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const zigzag = (): number => {
    const value = varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };
  const unpacked: LonLatLine[] = [];
  while (at < bytes.length) {
    const line = new Float64Array(2 * varint());
    let [x, y] = [0, 0];
    for (let i = 0; i < line.length; i += 2) {
      x += zigzag();
      y += zigzag();
      line[i] = x / COASTLINE_STEPS;
      line[i + 1] = y / COASTLINE_STEPS;
    }
    unpacked.push(line);
  }
  return unpacked;
}
