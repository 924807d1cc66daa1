import type { FetchedDataset, Hdf5File } from "@zagg/hdf5";
import type { Column } from "@zagg/stats";
import { defined } from "../terms/index.js";
import { decode, decodeDoubles, type StoredValues } from "./decode.js";
import type { Encoding } from "./encoding.js";
import { filterRows } from "./filter.js";
import { type AbsentGroup, openTrack, readEncoding, type Track } from "./open-track.js";
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
  /** Set where the group is not in the granule, which is normal. */
  readonly absent?: AbsentGroup;
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
 * that lie in the shard. Throws as {@link openTrack} does where the group is
 * there but not as the config says.
 */
export async function readGroup(
  file: Hdf5File,
  spec: ReadSpec,
  group: number,
  target: ShardTarget,
): Promise<GroupResult> {
  const track = await openTrack(file, spec, spec.groups[group] as string);
  if ("missing" in track) return { absent: track, rows: 0, dropped: {} };
  // Encodings are asked for now, while what was fetched with the coordinates still holds most of the attributes.
  const [selected, encodings] = await Promise.all([
    selectFrom(file, track, target),
    Promise.all([...track.filters, ...track.columns].map(readEncoding)),
  ]);
  const dropped: Record<string, number> = {};
  count(dropped, MISSING_COORDINATES, selected.withoutCoordinates);
  const points =
    selected.rows.length > 0 ? await readPoints(file, spec, track, encodings, selected, dropped) : undefined;
  return defined({ rows: track.rows, dropped, points: points && { group, ...points } });
}

/** Coordinates are fetched whole and decoded in stretches: no more of a track is in memory than its stored bytes. */
async function selectFrom(file: Hdf5File, track: Track, target: ShardTarget): Promise<SelectedRows> {
  const both = [track.latitude, track.longitude];
  const [fetched, encodings] = await Promise.all([
    file.fetchMany(both.map(({ dataset }) => dataset)),
    Promise.all(both.map(readEncoding)),
  ]);
  const [latitude, longitude] = fetched as [FetchedDataset, FetchedDataset];
  const [ofLatitude, ofLongitude] = encodings as [Encoding, Encoding];
  const chunkRows = both.map(({ dataset }) => dataset.chunkShape?.[0] ?? 1);
  const coordinates = {
    rows: track.rows,
    stretch: Math.max(...chunkRows),
    latitude: (start: number, stop: number) => decodeDoubles(latitude.read([start, stop]), ofLatitude),
    longitude: (start: number, stop: number) => decodeDoubles(longitude.read([start, stop]), ofLongitude),
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
  encodings: readonly Encoding[],
  selected: SelectedRows,
  dropped: Record<string, number>,
): Promise<Omit<GroupPoints, "group"> | undefined> {
  const ranges = rowRanges(selected.rows, track.latitude.dataset.chunkShape?.[0] ?? 1);
  const datasets = [...track.filters, ...track.columns];
  const values = await file.readMany(datasets.map(({ dataset }) => ({ dataset, rows: ranges })));
  const positions = rowPositions(selected.rows, ranges);

  // Places in `selected`: what is kept is gathered by them from ranks, coordinates and columns alike.
  let kept: Uint32Array = Uint32Array.from(positions, (_, place) => place);
  for (const [i, filter] of spec.filters.entries()) {
    const before = kept.length;
    const column = decode(values[i] as StoredValues, encodings[i] as Encoding);
    kept = filterRows(filter, column, positions, kept);
    count(dropped, filterLabel(filter), before - kept.length);
  }
  if (kept.length === 0) return undefined;

  const columns = new Map<string, Column>();
  const keptPositions = pick(positions, kept);
  for (const [i, { name }] of spec.columns.entries()) {
    const at = spec.filters.length + i;
    const stored = pick(values[at] as StoredValues, keptPositions);
    columns.set(name, decode(stored, encodings[at] as Encoding));
  }
  for (const name of spec.implicit) {
    if (name === "latitude" || name === "longitude")
      columns.set(name, { values: pick(selected[name], kept) });
  }
  return { ranks: pick(selected.ranks, kept), columns };
}

function count(counts: Record<string, number>, reason: string, rows: number): void {
  if (rows > 0) counts[reason] = (counts[reason] ?? 0) + rows;
}
