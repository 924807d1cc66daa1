import type { Hdf5Dataset } from "@zagg/hdf5";
import type { Decoding } from "../terms/index.js";
import type { StoredValues } from "./decode.js";
import { type Encoding, encodingOf, type Purpose } from "./encoding.js";
import type { Selection } from "./selection.js";

/** A dataset of the granule, and how its values are meant. */
export interface OpenDataset {
  readonly dataset: Hdf5Dataset;
  readonly decoding: Decoding;
  readonly purpose: Purpose;
}

/** A dataset that gives each point of a group a value. */
export interface TrackDataset extends OpenDataset {
  readonly selection: Selection;
  /** Which of the selected values are those of the points; absent where they are the points', in their order. */
  readonly spread?: Spread;
}

/** A value that all points of a group have. */
export interface TrackConstant {
  /** As it is stored, in an array of one. */
  readonly value: StoredValues;
  readonly encoding: Encoding;
}

export type TrackColumn = TrackDataset | TrackConstant;

/** How the values of another rate belong to points. */
export type Spread =
  /** Each value is that of so many points. */
  | { readonly kind: "repeat"; readonly times: number }
  /** A column of the group tells the position of each point's value, counted from `base`. */
  | { readonly kind: "index"; readonly of: TrackDataset; readonly base: number }
  /** Runs of points that have one value each; known once they are read. */
  | { readonly kind: "runs"; readonly runs: () => Promise<Runs> };

/** Runs of points, ascending and disjoint: `starts[i]` up to `stops[i]`, which is not in it, have the value `values[i]`. */
export interface Runs {
  readonly starts: Float64Array;
  readonly stops: Float64Array;
  readonly values: Uint32Array;
}

/** Points whose values of a dataset are decoded at once: those of a chunk's rows. */
export function stepOf({ dataset, selection }: TrackDataset): number {
  const rows = Math.min(selection.rows, dataset.chunkShape?.[0] ?? 1);
  return Math.max(1, rows * selection.width);
}

export function isConstant(column: TrackColumn): column is TrackConstant {
  return "value" in column;
}

/** How a column's stored values are meant; what the config says of it and what its attributes say. */
export async function readEncoding(column: OpenDataset | TrackConstant): Promise<Encoding> {
  if ("value" in column) return column.encoding;
  const { dataset, decoding, purpose } = column;
  const attributes = decoding.decode === false ? {} : await dataset.attributes();
  return encodingOf(dataset, attributes, decoding, purpose);
}

/** Whether points may be without a value of a column, whatever is stored. */
export function hasGaps(column: TrackColumn): boolean {
  return !isConstant(column) && column.spread !== undefined && column.spread.kind !== "repeat";
}

/**
 * How what is kept of a column is meant. Where points may be without a value, its values are kept as doubles, in the sign
 * that is meant, with NaN for none.
 */
export function keptEncoding(column: TrackColumn, encoding: Encoding): Encoding {
  if (!hasGaps(column)) return encoding;
  const { sign: _, ...others } = encoding;
  return others;
}
