import type { ShardTarget } from "@zagg/core";
import { type ByteSource, type FetchedDataset, type Hdf5Dataset, type Hdf5File, openHdf5 } from "@zagg/hdf5";
import { cellsOf, type ShardScatter, scatterRows, shardScatter } from "@zagg/healpix";

/** The six beams of a granule. */
export const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"] as const;
/** Coordinates, then what the default config reads beside them. */
export const COORDINATES = ["latitude", "longitude"] as const;
export const VARIABLES = ["atl06_quality_summary", "h_li", "h_li_sigma"] as const;

/** What every strategy must agree on. */
export interface Wanted {
  readonly rows: number;
  readonly sum: number;
}

const NOTHING: Wanted = { rows: 0, sum: 0 };

export function pathOf(beam: string, name: string): string {
  return `/${beam}/land_ice_segments/${name}`;
}

/**
 * Reads one granule for one shard: coordinates, then the variables of the rows in the shard, six beams at once. What a
 * run does, but for filters and fill values.
 */
export async function readShard(source: ByteSource, target: ShardTarget): Promise<Wanted> {
  const scatter = shardScatter(target, [target.shard]);
  const file = await openHdf5(source);
  return total(await Promise.all(BEAMS.map((beam) => readBeam(file, beam, scatter))));
}

async function readBeam(file: Hdf5File, beam: string, scatter: ShardScatter): Promise<Wanted> {
  const open = (name: string) => file.dataset(pathOf(beam, name));
  const [latitude, longitude, ...variables] = await Promise.all([...COORDINATES, ...VARIABLES].map(open));
  if (!latitude || !longitude) return NOTHING;
  const coordinates = await file.fetchMany([{ dataset: latitude }, { dataset: longitude }]);
  const rows = selectBeam(coordinates, latitude, scatter);
  for (const fetched of coordinates) fetched.release();
  const [first = 0] = rows;
  const stop = (rows.at(-1) ?? -1) + 1;
  if (stop === 0) return NOTHING;
  const values = await file.readMany(variables.map((dataset) => ({ dataset, rows: [[first, stop]] })));
  const h = values[VARIABLES.indexOf("h_li")] as Float32Array;
  return summary(rows.map((row) => h[row - first] as number));
}

/** The rows in the shard; chunk by chunk, longitudes only where latitudes reach into it. */
function selectBeam(
  [latitude, longitude]: readonly FetchedDataset[],
  { shape, chunkShape }: Hdf5Dataset,
  scatter: ShardScatter,
): number[] {
  const [length = 0] = shape;
  const stretch = chunkShape?.[0] ?? length;
  const rows = new Uint32Array(stretch);
  const out = { rows, slots: new Uint32Array(stretch), ranks: new Uint32Array(stretch) };
  const { south, north } = scatter;
  const found: number[] = [];
  for (let start = 0; start < length; start += stretch) {
    const range = [start, Math.min(length, start + stretch)] as const;
    const lat = latitude?.read(range) as Float64Array;
    if (!reaches(lat, south, north)) continue;
    const lon = longitude?.read(range) as Float64Array;
    const kept = scatterRows(scatter, lon, lat, 0, lat.length, out);
    for (let i = 0; i < kept; i++) found.push(start + (rows[i] as number));
  }
  return found;
}

function reaches(lat: Float64Array, south: number, north: number): boolean {
  for (let i = 0; i < lat.length; i++) {
    const phi = lat[i] as number;
    if (phi >= south && phi <= north) return true;
  }
  return false;
}

/** Which rows of a track lie in the shard, told without what a run uses. */
export function rowsIn({ parentOrder, shard, latitude }: ShardTarget, lon: Float64Array, lat: Float64Array) {
  const cells = cellsOf(parentOrder, lon, lat, latitude, new Float64Array(lat.length));
  return [...cells.keys()].filter((row) => cells[row] === shard);
}

export function summary(h: ArrayLike<number>): Wanted {
  let sum = 0;
  for (let i = 0; i < h.length; i++) if ((h[i] as number) < 1e30) sum += h[i] as number;
  return { rows: h.length, sum };
}

export function total(parts: readonly Wanted[]): Wanted {
  return parts.reduce((all, { rows, sum }) => ({ rows: all.rows + rows, sum: all.sum + sum }), NOTHING);
}
