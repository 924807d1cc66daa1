import { type Hdf5File, openHdf5 } from "@zagg/hdf5";
import { type Coverage, cellsOf, cellsPerShard, coverageOf, type Grid } from "@zagg/healpix";
import { fileSource } from "@zagg/storage";
import {
  type AbsentGroup,
  type Coordinates,
  findGroups,
  readCoordinates,
  withHints,
} from "../granule/index.js";
import { type DataSourceConfig, defined, withZone } from "../terms/index.js";

/** Where the points of a granule lie. */
export interface GranuleShards {
  /** Bytes of the file. */
  readonly size: number;
  /** Cells of the parent order. */
  readonly coverage: Coverage;
  /** First and last time of its data, where the file tells (attributes time_coverage_start and …_end, ACDD). */
  readonly start?: string;
  readonly end?: string;
  /** Groups (beams) that were looked for. */
  readonly groups: number;
  /** Those that are not there, which is normal unless it is all of them. */
  readonly absent: readonly AbsentGroup[];
}

/**
 * The shards that hold points of a granule on disk, by the coordinates of every row of every group, whatever the
 * filters say. Throws the errors of the source and of HDF5.
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
    const absent: AbsentGroup[] = [];
    const spec = { ...source.coordinates, groups: source.groups };
    const groups = await findGroups(file, spec);
    for (const group of groups) {
      const coordinates = await readCoordinates(file, { ...spec, groups }, group);
      if ("missing" in coordinates) absent.push(coordinates);
      else addShards(shards, coordinates, grid);
    }
    return {
      size: await bytes.size(),
      ...(await coveredTime(file)),
      coverage: coverageOf(grid.parentOrder, shards),
      groups: groups.length,
      absent: absent.length === groups.length ? await withHints(file, absent) : absent,
    };
  } finally {
    await bytes.close();
  }
}

async function coveredTime(file: Hdf5File): Promise<Pick<GranuleShards, "start" | "end">> {
  const { time_coverage_start: start, time_coverage_end: end } = await file.attributes();
  return defined({ start: timeOf(start), end: timeOf(end) });
}

/** As the file has it, but with a zone: a catalog is read on other machines. */
function timeOf(value: unknown): string | undefined {
  return typeof value === "string" ? withZone(value) : undefined;
}

/** By way of the child order, as a run assigns points: both must put a point on an edge to the same side. */
function addShards(shards: Set<number>, { longitude, latitude }: Coordinates, grid: Grid): void {
  const cells = cellsOf(grid.childOrder, longitude, latitude, grid.latitude);
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
