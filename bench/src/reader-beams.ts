import { type ByteSource, openHdf5 } from "@zagg/hdf5";

/** The six beams of a granule. */
export const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"] as const;
/** Coordinates, then what the default config reads beside them. */
export const COORDINATES = ["latitude", "longitude"] as const;
export const VARIABLES = ["h_li", "h_li_sigma", "atl06_quality_summary"] as const;

/** The part of the Earth that is wanted, in degrees. */
export interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** What every strategy must agree on. */
export interface Wanted {
  readonly rows: number;
  readonly sum: number;
}

export function pathOf(beam: string, name: string): string {
  return `/${beam}/land_ice_segments/${name}`;
}

/** Reads one granule for one shard: all coordinates, then the variables of the rows in the box, six beams at once. */
export async function readShard(source: ByteSource, box: Box): Promise<Wanted> {
  const file = await openHdf5(source);
  const beams = await Promise.all(
    BEAMS.map(async (beam) => {
      const open = (name: string) => file.dataset(pathOf(beam, name));
      const [latitude, longitude, ...variables] = await Promise.all([...COORDINATES, ...VARIABLES].map(open));
      if (!latitude || !longitude) return { rows: 0, sum: 0 };
      const [lat, lon] = await file.readMany([{ dataset: latitude }, { dataset: longitude }]);
      const rows = rowsIn(box, lat as Float64Array, lon as Float64Array);
      if (rows === undefined) return { rows: 0, sum: 0 };
      const [h] = await file.readMany(variables.map((dataset) => ({ dataset, rows: [rows] })));
      return summary(h as Float32Array, rows[1] - rows[0]);
    }),
  );
  return total(beams);
}

/** First to last row in the box. */
export function rowsIn(
  box: Box,
  lat: Float64Array,
  lon: Float64Array,
): readonly [number, number] | undefined {
  let first = -1;
  let last = -1;
  for (let i = 0; i < lat.length; i++) {
    const [y, x] = [lat[i] as number, lon[i] as number];
    if (y < box.south || y > box.north || x < box.west || x > box.east) continue;
    if (first < 0) first = i;
    last = i;
  }
  return first < 0 ? undefined : [first, last + 1];
}

export function summary(h: ArrayLike<number>, rows: number): Wanted {
  let sum = 0;
  for (let i = 0; i < h.length; i++) if ((h[i] as number) < 1e30) sum += h[i] as number;
  return { rows, sum };
}

export function total(parts: readonly Wanted[]): Wanted {
  return parts.reduce((all, { rows, sum }) => ({ rows: all.rows + rows, sum: all.sum + sum }), {
    rows: 0,
    sum: 0,
  });
}
