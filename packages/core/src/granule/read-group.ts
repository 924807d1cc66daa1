import type { FetchedDataset, Hdf5File } from "@zagg/hdf5";
import { type ShardScatter, sortBySlot } from "@zagg/healpix";
import { decodeDoubles } from "./decode.js";
import { type Encoding, PLAIN } from "./encoding.js";
import { type FilterInput, filterRows } from "./filter.js";
import { type AbsentGroup, openTrack, type Track } from "./open-track.js";
import { allPositions, pick } from "./pick.js";
import { type ReadColumn, readColumns } from "./read-columns.js";
import { filterLabel, type ReadSpec } from "./read-spec.js";
import { onlyAt, type ScatteredStretch, scatterTrack } from "./scatter-track.js";
import { selectedOf } from "./selection.js";
import { isCoordinate, type StoredPoints } from "./stored-points.js";
import { keptEncoding, readEncoding, type TrackColumn, type TrackDataset } from "./track-column.js";

/** The shards whose points are wanted of a granule. */
export interface WantedShards {
  readonly scatter: ShardScatter;
  /** How many are wanted. */
  readonly count: number;
  /** For each slot of `scatter` its position 0..count − 1 among the wanted, or {@link LEFT} or {@link UNLISTED}. */
  readonly positions: Int32Array;
}

/** Not wanted now. */
export const LEFT = -1;
/** Not thought to have points of this granule: those that it has are counted. */
export const UNLISTED = -2;

/** Points of a stretch of a group, shard after shard, and within one in the order of their rows. */
export interface TrackBlock extends StoredPoints {
  /** Points of the k-th wanted shard lie at starts[k]..starts[k + 1] − 1. */
  readonly starts: Uint32Array;
  /** Filter → rows of each wanted shard that it dropped. */
  readonly dropped: ReadonlyMap<string, Uint32Array>;
}

/** What became of a group, but for its points. */
export interface GroupScan {
  /** Position of the group in the config. */
  readonly group: number;
  /** Set where the group is not in the granule, which is normal. */
  readonly absent?: AbsentGroup;
  /** Rows of the group. */
  readonly rows: number;
  /** Rows without usable coordinates, as far as they were looked at. */
  readonly withoutCoordinates: number;
  /** Rows that lie in shards that are not thought to have any. */
  readonly unlisted: number;
  /** How the stored columns become values. */
  readonly encodings: readonly Encoding[];
}

/** Why rows without usable coordinates are dropped. */
export const MISSING_COORDINATES = "missing-coordinates";

/** Rows that are gone through at once: what is in memory of a track, however long it is. A whole track of ATL06 is shorter. */
const STRETCH_ROWS = 2 ** 18;

/**
 * Reads what one group (beam) holds for shards: coordinates whole, then filters and columns only near the rows that lie
 * in one of them. `onBlock` gets the points, stretch by stretch. Throws as {@link openTrack} does where the group is there
 * but not as the config says.
 */
export async function readGroup(
  file: Hdf5File,
  spec: ReadSpec,
  group: number,
  wanted: WantedShards,
  onBlock: (block: TrackBlock) => Promise<void> | void,
): Promise<GroupScan> {
  const track = await openTrack(file, spec, spec.groups[group] as string);
  const nothing = { group, rows: 0, withoutCoordinates: 0, unlisted: 0, encodings: [] };
  if ("missing" in track) return { ...nothing, absent: track };
  let [withoutCoordinates, unlisted] = [0, 0];
  const coordinates = spec.implicit.filter(isCoordinate).map(() => PLAIN);
  const stretch = Math.ceil(STRETCH_ROWS / track.step) * track.step;
  // Encodings are asked for now, while what is fetched with the coordinates still holds most of the attributes.
  const encodings = Promise.all([...track.filters.flat(), ...track.columns].map(readEncoding));
  encodings.catch(() => undefined); // awaited below, unless the coordinates fail first
  for (let start = 0; start < track.points; start += stretch) {
    const stop = Math.min(track.points, start + stretch);
    const scattered = await scatterStretch(file, track, start, stop, wanted.scatter, coordinates.length > 0);
    withoutCoordinates += scattered.withoutCoordinates;
    const here = onlyWanted(scattered, wanted.positions);
    unlisted += here.unlisted;
    if (here.rows.length === 0) continue;
    await onBlock({ group, ...(await readBlock(file, spec, track, await encodings, here, wanted.count)) });
  }
  const own = (await encodings).slice(track.filters.flat().length);
  const ofColumns = track.columns.map((column, i) => keptEncoding(column, own[i] as Encoding));
  return {
    group,
    rows: track.points,
    withoutCoordinates,
    unlisted,
    encodings: [...ofColumns, ...coordinates],
  };
}

/** Coordinates are fetched and decoded in steps: no more of a stretch is in memory than its stored bytes. */
async function scatterStretch(
  file: Hdf5File,
  track: Track,
  from: number,
  to: number,
  scatter: ShardScatter,
  keepCoordinates: boolean,
): Promise<ScatteredStretch> {
  const both = [track.latitude, track.longitude] as const;
  const [fetched, encodings] = await Promise.all([
    file.fetchMany(both.map((column) => ({ dataset: column.dataset, rows: [rowsOf(column, from, to)] }))),
    Promise.all(both.map(readEncoding)),
  ]);
  const [latitude, longitude] = fetched as [FetchedDataset, FetchedDataset];
  const [ofLatitude, ofLongitude] = encodings as [Encoding, Encoding];
  const read = (column: TrackDataset, of: FetchedDataset, encoding: Encoding) => {
    const { firstRow, width } = column.selection;
    return (start: number, stop: number) => {
      const rows = rowsOf(column, from + start, from + stop);
      const values = decodeDoubles(selectedOf(of.read(rows), column.selection), encoding);
      const before = from + start - (rows[0] - firstRow) * width;
      return values.length === stop - start ? values : values.subarray(before, before + stop - start);
    };
  };
  const coordinates = {
    first: from,
    rows: to - from,
    step: track.step,
    latitude: read(track.latitude, latitude, ofLatitude),
    longitude: read(track.longitude, longitude, ofLongitude),
  };
  const scattered = scatterTrack(coordinates, scatter, keepCoordinates);
  latitude.release();
  longitude.release();
  return scattered;
}

/** Rows of a dataset that hold the points `from` to `to`, which is not included. */
function rowsOf({ selection: { firstRow, width } }: TrackDataset, from: number, to: number) {
  return [firstRow + Math.floor(from / width), firstRow + Math.ceil(to / width)] as const;
}

/** The rows of shards that are wanted, with the positions of these for slots; `scattered` is used up. */
function onlyWanted(
  scattered: ScatteredStretch,
  positions: Int32Array,
): ScatteredStretch & { readonly unlisted: number } {
  const { slots } = scattered;
  const kept = new Uint32Array(slots.length);
  let [count, unlisted] = [0, 0];
  for (let i = 0; i < slots.length; i++) {
    const position = positions[slots[i] as number] as number;
    if (position === UNLISTED) unlisted++;
    if (position < 0) continue;
    slots[i] = position;
    kept[count++] = i;
  }
  return { ...onlyAt(scattered, kept.subarray(0, count)), unlisted };
}

async function readBlock(
  file: Hdf5File,
  spec: ReadSpec,
  track: Track,
  encodings: readonly Encoding[],
  scattered: ScatteredStretch,
  count: number,
): Promise<Omit<TrackBlock, "group">> {
  const filters = track.filters.flat();
  const read = await readColumns(file, [...filters, ...track.columns], encodings, scattered.rows);

  // Places in `scattered`: what is kept is gathered by them from ranks, coordinates and columns alike.
  let kept = allPositions(scattered.rows.length);
  const dropped = new Map<string, Uint32Array>();
  let slots = scattered.slots;
  let first = 0;
  for (const [i, filter] of spec.filters.entries()) {
    const before = slots;
    const inputs = (track.filters[i] as readonly unknown[]).map((_, k): FilterInput => {
      const { values, positions } = read[first + k] as ReadColumn;
      const encoding = keptEncoding(filters[first + k] as TrackColumn, encodings[first + k] as Encoding);
      return { values: decodeDoubles(values, encoding), positions };
    });
    first += inputs.length;
    kept = filterRows(filter, inputs, kept);
    if (kept.length === before.length) continue;
    slots = pick(scattered.slots, kept);
    addLost(dropped, filterLabel(filter), before, slots, count);
  }
  const { order, starts } = sortBySlot(slots, count);
  const places = kept.length === scattered.rows.length ? order : pick(kept, order);
  const sorted = new Map<Uint32Array, Uint32Array>(); // of columns that lie alike
  const columns = read.slice(filters.length).map(({ values, positions }) => {
    const own = sorted.get(positions) ?? pick(positions, places);
    sorted.set(positions, own);
    return pick(values, own);
  });
  const coordinates = spec.implicit.filter(isCoordinate).map((name) => pick(scattered[name], places));
  return { ranks: pick(scattered.ranks, places), columns: [...columns, ...coordinates], starts, dropped };
}

/** Counts, by slot, how many fewer there are after than before. */
function addLost(
  dropped: Map<string, Uint32Array>,
  label: string,
  before: Uint32Array,
  after: Uint32Array,
  count: number,
): void {
  const lost = dropped.get(label) ?? new Uint32Array(count);
  addCounts(lost, before, 1);
  addCounts(lost, after, -1);
  dropped.set(label, lost);
}

function addCounts(counts: Uint32Array, slots: Uint32Array, each: number): void {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] as number;
    counts[slot] = (counts[slot] as number) + each;
  }
}
