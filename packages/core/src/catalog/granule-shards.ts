import { type Hdf5File, isHdf5Error, openHdf5 } from "@zagg/hdf5";
import { type Coverage, cellsOf, cellsPerShard, coverageOf, type Grid } from "@zagg/healpix";
import { fileSource } from "@zagg/storage";
import type { DataSourceConfig } from "../terms/index.js";
import { groupPath } from "../terms/index.js";

/** Where the points of a granule lie. */
export interface GranuleShards {
  /** Bytes of the file. */
  readonly size: number;
  /** Cells of the parent order. */
  readonly coverage: Coverage;
  /** First and last time of its data, where the file tells (attributes time_coverage_start and …_end, ACDD). */
  readonly start?: string;
  readonly end?: string;
  /** Groups (beams) that are there; the others are absent, which is normal. */
  readonly groups: number;
}

/**
 * The shards that hold points of a granule on disk, by the coordinates of every row of every group, whatever the
 * filters say. Throws the errors of the source and of HDF5; `groups` is 0 where the file has none of the config's.
 */
export async function granuleShards(
  path: string,
  source: DataSourceConfig,
  grid: Grid,
): Promise<GranuleShards> {
  const bytes = fileSource(path);
  try {
    const file = await openHdf5(bytes);
    const shards = new Set<number>();
    let groups = 0;
    for (const group of source.groups) {
      const coordinates = await readCoordinates(file, source, group);
      if (coordinates === undefined) continue;
      groups++;
      addShards(shards, coordinates, grid);
    }
    return {
      size: await bytes.size(),
      ...(await coveredTime(file)),
      coverage: coverageOf(grid.parentOrder, shards),
      groups,
    };
  } finally {
    await bytes.close();
  }
}

async function coveredTime(file: Hdf5File): Promise<Pick<GranuleShards, "start" | "end">> {
  const { time_coverage_start: start, time_coverage_end: end } = await file.attributes();
  return { ...(isTime(start) && { start }), ...(isTime(end) && { end }) };
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

interface Coordinates {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

/** Undefined where the group is absent: a missing dataset in it is an error, since the config's path is mistaken. */
async function readCoordinates(
  file: Hdf5File,
  { coordinates }: DataSourceConfig,
  group: string,
): Promise<Coordinates | undefined> {
  const path = groupPath(coordinates.latitude, group);
  try {
    const lat = await file.dataset(path);
    const lon = await file.dataset(groupPath(coordinates.longitude, group));
    const [lats, lons] = await file.readMany([{ dataset: lat }, { dataset: lon }]);
    return { lon: Float64Array.from(lons as Float64Array), lat: Float64Array.from(lats as Float64Array) };
  } catch (error) {
    if (isHdf5Error(error) && error.code === "not-found" && error.component !== path) return undefined;
    throw error;
  }
}

/** By way of the child order, as a run assigns points: both must put a point on an edge to the same side. */
function addShards(shards: Set<number>, { lon, lat }: Coordinates, grid: Grid): void {
  const cells = cellsOf(grid.childOrder, lon, lat, grid.latitude);
  const perShard = cellsPerShard(grid);
  let last = -1;
  for (const cell of cells) {
    if (cell < 0) continue;
    const shard = Math.floor(cell / perShard);
    // Points come along a track: most are in the shard of the one before.
    if (shard !== last) shards.add(shard);
    last = shard;
  }
}
