import { type Hdf5Dataset, type Hdf5File, isHdf5Error } from "@zagg/hdf5";
import { type DatasetConfig, type Decoding, datasetSpec, groupPath } from "../terms/index.js";
import { type Encoding, encodingOf, type Purpose } from "./encoding.js";
import { MisfitError } from "./granule-error.js";
import type { ReadSpec } from "./read-spec.js";

/** A dataset of the granule that gives one value per row, and how its values are meant. */
export interface TrackDataset {
  readonly dataset: Hdf5Dataset;
  readonly decoding: Decoding;
  readonly purpose: Purpose;
}

/** The datasets of a group (beam), all of one length. */
export interface Track {
  readonly rows: number;
  readonly latitude: TrackDataset;
  readonly longitude: TrackDataset;
  readonly filters: readonly TrackDataset[];
  readonly columns: readonly TrackDataset[];
}

/** A group that a granule does not have, or not as the config describes it. */
export interface AbsentGroup {
  readonly group: string;
  /** The first part of the latitude's path that does not exist: of `/gt1l/land_ice_segments/latitude`, `/gt1l`. */
  readonly missing: string;
  /** Whether the group itself is there. */
  readonly there: boolean;
}

/** The part of a {@link ReadSpec} that says which datasets to open. */
export type TrackSpec = Pick<ReadSpec, "latitude" | "longitude" | "filters" | "columns">;

/**
 * Opens what a group is read from. A group of which nothing is there is absent: subsetters leave groups empty. Throws
 * what HDF5 says where only some of its datasets are there, and {@link MisfitError} where they do not give one value per
 * row.
 */
export async function openTrack(
  file: Hdf5File,
  spec: TrackSpec,
  group: string,
): Promise<Track | AbsentGroup> {
  const open = async (named: DatasetConfig, purpose: Purpose): Promise<TrackDataset> => {
    const { path, ...decoding } = datasetSpec(named);
    return { dataset: await file.dataset(groupPath(path, group)), decoding, purpose };
  };
  const others = () => [
    open(spec.longitude, "coordinate"),
    ...spec.filters.map(({ dataset, raw }) => open(raw ? undecoded(dataset) : dataset, "filter")),
    ...spec.columns.map(({ dataset }) =>
      open(dataset, isCoordinate(dataset, spec) ? "coordinate" : "column"),
    ),
  ];
  let latitude: TrackDataset;
  try {
    latitude = await open(spec.latitude, "coordinate");
  } catch (error) {
    const missing = missingPart(error);
    if (missing === undefined || !datasetSpec(spec.latitude).path.includes("{group}")) throw error;
    const settled = await Promise.allSettled(others());
    const nothing = settled.every((each) => each.status === "rejected" && missingPart(each.reason));
    if (!nothing) throw error;
    return { group, missing, there: missing.startsWith(`${rootOf(spec, group)}/`) };
  }
  const [longitude, ...rest] = (await Promise.all(others())) as [TrackDataset, ...TrackDataset[]];
  const rows = rowsOf(latitude.dataset);
  for (const { dataset } of [longitude, ...rest]) {
    const own = rowsOf(dataset);
    if (own !== rows)
      throw misfit(`${dataset.path} has ${own} rows, but ${latitude.dataset.path} has ${rows}`);
  }
  const filters = rest.slice(0, spec.filters.length);
  return { rows, latitude, longitude, filters, columns: rest.slice(filters.length) };
}

/** How a dataset's values are meant; what the config says of it and what its attributes say. */
export async function readEncoding({ dataset, decoding, purpose }: TrackDataset): Promise<Encoding> {
  const attributes = decoding.decode === false ? {} : await dataset.attributes();
  return encodingOf(dataset, attributes, decoding, purpose);
}

function undecoded(dataset: DatasetConfig): DatasetConfig {
  return { path: datasetSpec(dataset).path, decode: false };
}

function isCoordinate(dataset: DatasetConfig, { latitude, longitude }: TrackSpec): boolean {
  return [latitude, longitude].some((each) => datasetSpec(each).path === datasetSpec(dataset).path);
}

/** Path of the group itself. */
function rootOf({ latitude }: TrackSpec, group: string): string {
  const { path } = datasetSpec(latitude);
  return groupPath(path.slice(0, path.indexOf("{group}") + "{group}".length), group);
}

/** The first part of a path that does not exist, where that is what is wrong. */
function missingPart(error: unknown): string | undefined {
  return isHdf5Error(error) && error.code === "not-found" ? error.component : undefined;
}

/** Rows of a dataset that gives one value for each: [n], or [n, 1]. */
function rowsOf({ path, shape }: Hdf5Dataset): number {
  const [rows, ...further] = shape;
  const each = further.reduce((product, extent) => product * extent, 1);
  if (rows !== undefined && each === 1) return rows;
  throw misfit(rows === undefined ? `${path} is a single value` : `${path} has ${each} values per row`);
}

function misfit(what: string): MisfitError {
  return new MisfitError(`${what}; every dataset of a group must give one value per row`);
}
