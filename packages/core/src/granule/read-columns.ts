import type { FetchedDataset, Hdf5File, RowRange } from "@zagg/hdf5";
import { decodeDoubles, type StoredValues } from "./decode.js";
import { type Encoding, PLAIN } from "./encoding.js";
import { MisfitError } from "./granule-error.js";
import { allPositions } from "./pick.js";
import { rowPositions, rowRanges } from "./row-ranges.js";
import { valuesInRuns } from "./runs.js";
import { type Selection, selectedCount, selectedOf } from "./selection.js";
import {
  isConstant,
  readEncoding,
  type Spread,
  type TrackColumn,
  type TrackDataset,
} from "./track-column.js";

/** Values of a column at some points: that of the i-th is `values[positions[i]]`. */
export interface ReadColumn {
  readonly values: StoredValues;
  readonly positions: Uint32Array;
}

/** What is decoded at once of a dataset of which a small part is selected. */
const MOST_BYTES_AT_ONCE = 2 ** 22;
/** Of so many values to a selected one, not all are decoded before some are let go. */
const WIDE = 8;

/**
 * The values of columns at some points of a group, ascending, as they are stored; of each dataset only the chunks that hold
 * them are read. A column by which points may be without a value comes as doubles: see `keptEncoding`.
 */
export async function readColumns(
  file: Hdf5File,
  columns: readonly TrackColumn[],
  encodings: readonly Encoding[],
  points: Uint32Array,
): Promise<ReadColumn[]> {
  const layouts = new Map<string, Place>(); // datasets of one layout have the same points at the same places
  const direct = columns.flatMap((column, i) => {
    if (isConstant(column) || (column.spread && column.spread.kind !== "repeat")) return [];
    const { spread, dataset, selection } = column;
    const times = spread?.times ?? 1;
    const layout = [times, dataset.chunkShape?.[0] ?? 1, selection.firstRow, selection.width].join();
    const place = layouts.get(layout) ?? placeOf(column, times === 1 ? points : repeated(points, times));
    layouts.set(layout, place);
    return [{ i, column, place }];
  });
  const read = new Array<ReadColumn>(columns.length);
  const [values] = await Promise.all([
    readAt(file, direct),
    ...columns.map(async (column, i) => {
      if (isConstant(column)) read[i] = { values: column.value, positions: new Uint32Array(points.length) };
      else if (column.spread && column.spread.kind !== "repeat")
        read[i] = await readSpread(file, column, column.spread, encodings[i] as Encoding, points);
    }),
  ]);
  for (const [k, { i, place }] of direct.entries())
    read[i] = { values: values[k] as StoredValues, positions: place.positions };
  return read;
}

interface Place {
  /** Rows of the dataset. */
  readonly ranges: readonly RowRange[];
  /** Where in the values of these rows that are selected each value lies. */
  readonly positions: Uint32Array;
}

/** Where the values at some positions of a dataset lie, ascending positions. */
function placeOf({ dataset, selection }: TrackDataset, values: Uint32Array): Place {
  const { firstRow, width } = selection;
  const rows = width === 1 ? values : values.map((value) => Math.floor(value / width));
  const ranges = rowRanges(rows, dataset.chunkShape?.[0] ?? 1);
  const positions = rowPositions(rows, ranges);
  if (width > 1) {
    for (let i = 0; i < positions.length; i++)
      positions[i] = (positions[i] as number) * width + ((values[i] as number) % width);
  }
  return {
    ranges: firstRow === 0 ? ranges : ranges.map(([from, to]) => [from + firstRow, to + firstRow] as const),
    positions,
  };
}

function repeated(points: Uint32Array, times: number): Uint32Array {
  return points.map((point) => Math.floor(point / times));
}

interface Wanted {
  readonly column: TrackDataset;
  readonly place: Place;
}

/** Rows of a dataset, and what is wanted of them: of one that several columns are of, all that they are. */
interface Request {
  readonly dataset: TrackDataset["dataset"];
  readonly rows: readonly RowRange[];
  readonly parts: { readonly i: number; readonly selection: Selection }[];
}

/** The selected values of rows, planned and fetched together, and decoded once. */
async function readAt(file: Hdf5File, wanted: readonly Wanted[]): Promise<StoredValues[]> {
  const requests = requestsOf(wanted);
  const [wide, narrow] = [requests.filter(isWide), requests.filter((request) => !isWide(request))];
  const [many, fetched] = await Promise.all([
    narrow.length > 0 ? file.readMany(narrow) : [],
    wide.length > 0 ? file.fetchMany(wide) : [],
  ]);
  const selected = new Array<StoredValues>(wanted.length);
  for (const [k, { parts }] of narrow.entries())
    for (const { i, selection } of parts) selected[i] = selectedOf(many[k] as StoredValues, selection);
  for (const [k, request] of wide.entries()) {
    const of = fetched[k] as FetchedDataset;
    const steps = stepsOf(request).map((rows) => {
      const values = of.read(rows) as StoredValues;
      return request.parts.map(({ selection }) => selectedOf(values, selection));
    });
    of.release();
    for (const [part, { i }] of request.parts.entries())
      selected[i] = joined(steps.map((step) => step[part] as StoredValues));
  }
  return selected;
}

function requestsOf(wanted: readonly Wanted[]): Request[] {
  const requests: Request[] = [];
  for (const [i, { column, place }] of wanted.entries()) {
    const { dataset, selection } = column;
    const same = requests.find((each) => each.dataset.path === dataset.path && each.rows === place.ranges);
    if (same) same.parts.push({ i, selection });
    else requests.push({ dataset, rows: place.ranges, parts: [{ i, selection }] });
  }
  return requests;
}

/** Whether a small part of the values is wanted. */
function isWide({ parts }: Request): boolean {
  const width = parts.reduce((sum, { selection }) => sum + selection.width, 0);
  return parts.every(({ selection }) => selection.places && selection.stored >= WIDE * width);
}

/** Ranges of rows in steps of whole chunks. */
function stepsOf({ dataset, rows, parts: [part] }: Request): RowRange[] {
  const chunkRows = dataset.chunkShape?.[0] ?? 1;
  const rowBytes = (part?.selection.stored ?? 1) * dataset.dtype.size * chunkRows;
  const step = chunkRows * Math.max(1, Math.floor(MOST_BYTES_AT_ONCE / rowBytes));
  return rows.flatMap(([start, stop]) => {
    const steps: RowRange[] = [];
    for (let from = start; from < stop; ) {
      const to = Math.min(stop, (Math.floor(from / step) + 1) * step);
      steps.push([from, to]);
      from = to;
    }
    return steps;
  });
}

function joined(parts: readonly StoredValues[]): StoredValues {
  const [first] = parts as [StoredValues];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new (first.constructor as new (length: number) => StoredValues)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part as never, at);
    at += part.length;
  }
  return all;
}

/** Values of another rate, as doubles, NaN for points that have none. */
async function readSpread(
  file: Hdf5File,
  column: TrackDataset,
  spread: Exclude<Spread, { kind: "repeat" }>,
  { sign }: Encoding,
  points: Uint32Array,
): Promise<ReadColumn> {
  const sources =
    spread.kind === "runs"
      ? valuesInRuns(await spread.runs(), points)
      : await indexed(file, spread.of, spread.base, points);
  const values = new Float64Array(points.length).fill(Number.NaN);
  const all = { values, positions: allPositions(points.length) };
  const { first, wanted, slots } = distinct(sources);
  if (wanted.length === 0) return all;
  const last = wanted.at(-1) as number;
  const { path } = column.dataset;
  const count = selectedCount(column.selection);
  if (last >= count)
    throw new MisfitError(`${path} has ${count} values, but points are joined to position ${last}`);
  const place = placeOf(column, wanted);
  const [stored] = (await readAt(file, [{ column, place }])) as [StoredValues];
  const doubles = decodeDoubles(stored, sign ? { ...PLAIN, sign } : PLAIN);
  for (let i = 0; i < values.length; i++) {
    const source = sources[i] as number;
    if (source >= 0)
      values[i] = doubles[place.positions[slots[source - first] as number] as number] as number;
  }
  return all;
}

/** The sources that are not −1, each once, ascending; that of `source` is at `slots[source - first]`. */
function distinct(sources: Int32Array): { first: number; wanted: Uint32Array; slots: Int32Array } {
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (const source of sources) {
    if (source < 0) continue;
    if (source < first) first = source;
    if (source > last) last = source;
  }
  const slots = new Int32Array(Math.max(0, last - first + 1));
  for (const source of sources) if (source >= 0) slots[source - first] = 1;
  const wanted = new Uint32Array(slots.length);
  let count = 0;
  for (let i = 0; i < slots.length; i++) {
    if (slots[i] === 0) continue;
    slots[i] = count;
    wanted[count++] = i + first;
  }
  return { first, wanted: wanted.subarray(0, count), slots };
}

/** The position of each point's value, as a column of the points tells it; −1 for none. */
async function indexed(
  file: Hdf5File,
  of: TrackDataset,
  base: number,
  points: Uint32Array,
): Promise<Int32Array> {
  const encoding = await readEncoding(of);
  const [{ values, positions }] = (await readColumns(file, [of], [encoding], points)) as [ReadColumn];
  const doubles = decodeDoubles(values, encoding);
  return Int32Array.from(positions, (at) => {
    const position = (doubles[at] as number) - base;
    if (!(position >= 0)) return -1;
    if (Number.isInteger(position) && position < 2 ** 31) return position;
    throw new MisfitError(`${of.dataset.path} has the value ${position + base}, which is no position`);
  });
}
