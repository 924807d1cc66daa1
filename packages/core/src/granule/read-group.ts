import { type FetchedDataset, type Hdf5Dataset, type Hdf5File, isHdf5Error } from "@zagg/hdf5";
import type { Column, ColumnValues } from "@zagg/stats";
import { defined, groupPath } from "../terms/index.js";
import { columnOf } from "./fill.js";
import { type FilterValues, filterRows } from "./filter.js";
import { GranuleError } from "./granule-error.js";
import { pick } from "./pick.js";
import { filterLabel, type ReadSpec } from "./read-spec.js";
import { rowPositions, rowRanges, type SelectedRows, type ShardTarget, selectRows } from "./select-rows.js";

/** Points of one group that lie in the shard and passed all filters, in the order of their rows. */
export interface GroupPoints {
  /** Position of the group in the config. */
  readonly group: number;
  /** Rank of each point's cell among the shard's cells. */
  readonly ranks: Uint32Array;
  /** Every column that the statistics use, but `granule` and `group`. */
  readonly columns: ReadonlyMap<string, Column>;
}

export interface GroupResult {
  /** The group is not in the granule, which is normal. */
  readonly absent: boolean;
  /** Absent where no point was kept. */
  readonly points?: GroupPoints;
  /** Rows of the group. */
  readonly rows: number;
  /** Rows dropped whole, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Why rows without usable coordinates are dropped. */
export const MISSING_COORDINATES = "missing-coordinates";

/**
 * Reads what one group (beam) holds for the shard: coordinates whole, then filters and columns only near the rows
 * that lie in the shard. Throws `GranuleError` (`unsupported`) where the group is there but not as the config says.
 */
export async function readGroup(
  file: Hdf5File,
  id: string,
  spec: ReadSpec,
  group: number,
  target: ShardTarget,
): Promise<GroupResult> {
  const track = await openTrack(file, id, spec, spec.groups[group] as string);
  if (!track) return { absent: true, rows: 0, dropped: {} };
  // Fill values are asked for now, while what was fetched with the coordinates still holds most of them.
  const [selected, fills] = await Promise.all([
    selectFrom(file, track, target),
    Promise.all(track.columns.map(fillOf)),
  ]);
  const dropped: Record<string, number> = {};
  count(dropped, MISSING_COORDINATES, selected.withoutCoordinates);
  const points =
    selected.rows.length > 0 ? await readPoints(file, spec, track, fills, selected, dropped) : undefined;
  return defined({ absent: false, rows: track.rows, dropped, points: points && { group, ...points } });
}

interface Track {
  readonly rows: number;
  readonly latitude: Hdf5Dataset;
  readonly longitude: Hdf5Dataset;
  readonly filters: readonly Hdf5Dataset[];
  readonly columns: readonly Hdf5Dataset[];
}

/** The datasets of a group, all of one length; undefined where the group is absent. */
async function openTrack(
  file: Hdf5File,
  id: string,
  spec: ReadSpec,
  group: string,
): Promise<Track | undefined> {
  const open = (template: string) => file.dataset(groupPath(template, group));
  let latitude: Hdf5Dataset;
  try {
    latitude = await open(spec.latitude);
  } catch (error) {
    if (isAbsentGroup(error, groupPath(spec.latitude, group))) return undefined;
    throw error;
  }
  const [longitude, ...rest] = await Promise.all([
    open(spec.longitude),
    ...spec.filters.map((filter) => open(filter.dataset)),
    ...spec.columns.map((column) => open(column.dataset)),
  ]);
  const all = [longitude as Hdf5Dataset, ...rest];
  for (const dataset of all) checkLength(id, latitude, dataset);
  return {
    rows: latitude.shape[0] as number,
    latitude,
    longitude: longitude as Hdf5Dataset,
    filters: rest.slice(0, spec.filters.length),
    columns: rest.slice(spec.filters.length),
  };
}

/** Whether a whole group on the way is missing, not just the dataset in it: then the path is not mistaken. */
function isAbsentGroup(error: unknown, path: string): boolean {
  return isHdf5Error(error) && error.code === "not-found" && error.component !== path;
}

function checkLength(id: string, latitude: Hdf5Dataset, dataset: Hdf5Dataset): void {
  const [length] = latitude.shape;
  if (latitude.shape.length === 1 && dataset.shape.length === 1 && dataset.shape[0] === length) return;
  throw new GranuleError(
    "unsupported",
    id,
    "length-mismatch",
    `${id}: ${dataset.path} has shape [${dataset.shape}], but ${latitude.path} has [${latitude.shape}]; every dataset \
of a group must give one value per row`,
  );
}

/** Coordinates are fetched whole and decoded in stretches: no more of a track is in memory than its stored bytes. */
async function selectFrom(file: Hdf5File, track: Track, target: ShardTarget): Promise<SelectedRows> {
  const [latitude, longitude] = (await file.fetchMany([track.latitude, track.longitude])) as [
    FetchedDataset,
    FetchedDataset,
  ];
  const chunkRows = [track.latitude, track.longitude].map(({ chunkShape }) => chunkShape?.[0] ?? 1);
  const coordinates = {
    rows: track.rows,
    stretch: Math.max(...chunkRows),
    latitude: (start: number, stop: number) => doubles(latitude.read([start, stop]) as FilterValues),
    longitude: (start: number, stop: number) => doubles(longitude.read([start, stop]) as FilterValues),
  };
  const selected = selectRows(coordinates, target);
  latitude.release();
  longitude.release();
  return selected;
}

async function readPoints(
  file: Hdf5File,
  spec: ReadSpec,
  track: Track,
  fills: readonly (number | undefined)[],
  selected: SelectedRows,
  dropped: Record<string, number>,
): Promise<Omit<GroupPoints, "group"> | undefined> {
  const ranges = rowRanges(selected.rows, track.latitude.chunkShape?.[0] ?? 1);
  const datasets = [...track.filters, ...track.columns];
  const values = await file.readMany(datasets.map((dataset) => ({ dataset, rows: ranges })));
  const positions = rowPositions(selected.rows, ranges);

  // Places in `selected`: what is kept is gathered by them from ranks, coordinates and columns alike.
  let kept: Uint32Array = Uint32Array.from(positions, (_, place) => place);
  for (const [i, filter] of spec.filters.entries()) {
    const before = kept.length;
    kept = filterRows(filter, values[i] as FilterValues, positions, kept);
    count(dropped, filterLabel(filter), before - kept.length);
  }
  if (kept.length === 0) return undefined;

  const columns = new Map<string, Column>();
  const keptPositions = pick(positions, kept);
  for (const [i, { name }] of spec.columns.entries()) {
    const column = numbers(values[spec.filters.length + i] as FilterValues);
    columns.set(name, columnOf(pick(column, keptPositions), fills[i]));
  }
  for (const name of spec.implicit) {
    if (name === "latitude" || name === "longitude")
      columns.set(name, { values: pick(selected[name], kept) });
  }
  return { ranks: pick(selected.ranks, kept), columns };
}

/** The fill of a dataset: its `_FillValue` attribute, else the fill value its creator defined. */
async function fillOf(dataset: Hdf5Dataset): Promise<number | undefined> {
  const { _FillValue: attribute } = await dataset.attributes();
  const fill = Array.isArray(attribute) || ArrayBuffer.isView(attribute) ? attribute[0] : attribute;
  if (typeof fill === "number" || typeof fill === "bigint") return Number(fill);
  return dataset.fillValue === undefined ? undefined : Number(dataset.fillValue);
}

/** 64-bit integers as doubles, exact to 2^53; everything else as it is. */
function numbers(values: FilterValues): ColumnValues {
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return wide ? Float64Array.from(values, Number) : values;
}

function doubles(values: FilterValues): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(numbers(values));
}

function count(counts: Record<string, number>, reason: string, rows: number): void {
  if (rows > 0) counts[reason] = (counts[reason] ?? 0) + rows;
}
