import { type Hdf5File, isHdf5Error } from "@zagg/hdf5";
import {
  type DatasetConfig,
  datasetSpec,
  type FilterConfig,
  groupPath,
  parseDatasetPath,
  textsOf,
} from "../terms/index.js";
import { MisfitError } from "./granule-error.js";
import { withNearestName } from "./nearest-name.js";
import { openColumn } from "./open-column.js";
import { joins } from "./open-join.js";
import type { ReadSpec } from "./read-spec.js";
import { selectedCount } from "./selection.js";
import { isConstant, stepOf, type TrackColumn, type TrackDataset } from "./track-column.js";

/** The datasets of a group (beam): points lie at the coordinates, and the columns give each of them a value. */
export interface Track {
  readonly points: number;
  /** Points that are cheapest to ask for at once, and multiples of it. */
  readonly step: number;
  readonly latitude: TrackDataset;
  readonly longitude: TrackDataset;
  /** What each filter looks at. */
  readonly filters: readonly (readonly TrackColumn[])[];
  readonly columns: readonly TrackColumn[];
}

/** A group that a granule does not have, or not as the config describes it. */
export interface AbsentGroup {
  readonly group: string;
  /** The first part of the latitude's path that does not exist: of `/gt1l/land_ice_segments/latitude`, `/gt1l`. */
  readonly missing: string;
  /** Whether the group itself is there. */
  readonly there: boolean;
  /** ` Did you mean "x"?` of what is missing, where something there is like it; not looked for where other groups are whole. */
  readonly hint?: string;
}

/** The part of a {@link ReadSpec} that says which datasets to open. */
export type TrackSpec = Pick<ReadSpec, "groups" | "latitude" | "longitude" | "filters" | "columns">;

/**
 * Opens what a group is read from. A group of which nothing is there is absent: subsetters leave groups empty. Throws
 * what HDF5 says where only some of its datasets are there, with the nearest name, and {@link MisfitError} where they do
 * not fit together.
 */
export async function openTrack(
  file: Hdf5File,
  spec: TrackSpec,
  group: string,
): Promise<Track | AbsentGroup> {
  const wanted = columnsOf(spec);
  const settled = await Promise.allSettled(
    wanted.map(({ dataset, purpose, texts }) => openColumn(file, dataset, group, purpose, texts)),
  );
  const failed = settled.flatMap((each, i) =>
    each.status === "rejected" ? [{ error: each.reason as unknown, of: wanted[i] as Wanted }] : [],
  );
  if (failed.length > 0) {
    const own = wanted.filter(({ dataset }) => liesInGroup(dataset));
    const lost = failed.filter(
      ({ of, error }) => liesInGroup(of.dataset) && missingPart(error) !== undefined,
    );
    const [first] = failed as [{ readonly error: unknown; readonly of: Wanted }];
    const missing = missingPart(first.error);
    if (missing !== undefined && first.of === own[0] && first.of === wanted[0] && lost.length === own.length)
      return { group, missing, there: missing.startsWith(`${rootOf(spec, group)}/`) };
    throw await withNearestName(file, first.error);
  }
  const opened = settled.map((each) => (each as PromiseFulfilledResult<TrackColumn>).value);
  return fitted(file, spec, group, wanted, opened);
}

interface Wanted {
  readonly dataset: DatasetConfig;
  readonly purpose: "coordinate" | "column" | "filter";
  /** What a filter compares it with, where that is text. */
  readonly texts?: readonly string[];
}

/** Everything that is opened: latitude, longitude, what filters look at, columns. */
function columnsOf(spec: TrackSpec): Wanted[] {
  return [
    { dataset: spec.latitude, purpose: "coordinate" },
    { dataset: spec.longitude, purpose: "coordinate" },
    ...spec.filters.flatMap((filter) => filterInputs(filter, spec)),
    ...spec.columns.map(({ dataset }) => columnOf(dataset, spec)),
  ];
}

/** What a filter looks at: a dataset, or the columns of its expression. */
function filterInputs(filter: FilterConfig, spec: TrackSpec): Wanted[] {
  if ("expression" in filter) return Object.values(filter.columns).map((dataset) => columnOf(dataset, spec));
  const { dataset, raw, value } = filter;
  return [{ dataset: raw ? undecoded(dataset) : dataset, purpose: "filter", texts: textsOf(value) }];
}

function columnOf(dataset: DatasetConfig, { latitude, longitude }: TrackSpec): Wanted {
  const { path } = datasetSpec(dataset);
  const isCoordinate = [latitude, longitude].some((each) => datasetSpec(each).path === path);
  return { dataset, purpose: isCoordinate ? "coordinate" : "column" };
}

/** Checks that the datasets of a group fit together, and says how their values belong to its points. */
async function fitted(
  file: Hdf5File,
  spec: TrackSpec,
  group: string,
  wanted: readonly Wanted[],
  opened: readonly TrackColumn[],
): Promise<Track> {
  const [latitude, longitude] = opened as [TrackColumn, TrackColumn];
  if (isConstant(latitude) || isConstant(longitude)) {
    const { dataset } = wanted[isConstant(latitude) ? 0 : 1] as Wanted;
    throw misfit(`${groupPath(datasetSpec(dataset).path, group)} is a single value`);
  }
  const points = selectedCount(latitude.selection);
  const spread = joins(file, group, latitude);
  const columns = await Promise.all(
    opened.map((column, i) => {
      const { dataset } = wanted[i] as Wanted;
      if (!isConstant(column) && spec.groups.length > 1 && !isOfGroup(dataset)) {
        const { path } = column.dataset;
        throw new MisfitError(
          `${path} has several values, and no {group}: each group would read the same; write {group} in its path, or ` +
            `name one value, as in ${path}[0]`,
        );
      }
      return i === 0 ? column : spread(column, dataset);
    }),
  );
  const [, placed] = columns as [TrackDataset, TrackDataset];
  if (placed.spread) {
    const shapes = [latitude, placed].map(({ dataset }) => `${dataset.path} [${dataset.shape.join(", ")}]`);
    throw misfit(`coordinates of two shapes, ${shapes.join(" and ")}`);
  }
  const rest = columns.slice(2).values();
  const take = (count: number) => Array.from({ length: count }, () => rest.next().value as TrackColumn);
  return {
    points,
    step: Math.max(...[latitude, longitude].map(stepOf)),
    latitude,
    longitude: placed,
    filters: spec.filters.map((filter) => take(filterInputs(filter, spec).length)),
    columns: take(spec.columns.length),
  };
}

function undecoded(dataset: DatasetConfig): DatasetConfig {
  const { path, join } = datasetSpec(dataset);
  return { path, decode: false, ...(join && { join }) };
}

function isOfGroup(dataset: DatasetConfig): boolean {
  return datasetSpec(dataset).path.includes("{group}");
}

/** Whether it is a dataset in the group; attributes stay where subsetters leave a group empty. */
function liesInGroup(dataset: DatasetConfig): boolean {
  const parsed = parseDatasetPath(datasetSpec(dataset).path);
  return isOfGroup(dataset) && !("attribute" in parsed);
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

function misfit(what: string): MisfitError {
  return new MisfitError(`${what}; every dataset of a group must give one value per row`);
}
