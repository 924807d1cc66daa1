import { IMPLICIT_COLUMNS } from "@zagg/stats";
import { type Config, type DatasetConfig, datasetSpec, type FilterConfig } from "../terms/index.js";

/** One column of points: where its values lie in every group. */
export interface ColumnSpec {
  readonly name: string;
  readonly dataset: DatasetConfig;
}

/** What to read of every granule: the part of a config that concerns HDF5. Pure and plain. */
export interface ReadSpec {
  /** Groups (beams) in the config's order, which is part of the canonical order of points. */
  readonly groups: readonly string[];
  readonly latitude: DatasetConfig;
  readonly longitude: DatasetConfig;
  /** Columns that some statistic uses, in ascending order of name. */
  readonly columns: readonly ColumnSpec[];
  /** Columns that come from where a point lies, not from a dataset. */
  readonly implicit: readonly string[];
  readonly filters: readonly FilterConfig[];
}

/** The reading that `columns` (the names its statistics use) of a config need; other columns are not read. */
export function readSpec(config: Config, columns: Iterable<string>): ReadSpec {
  const { groups, coordinates, variables, filters } = config.dataSource;
  const used = [...new Set(columns)].sort();
  return {
    groups,
    latitude: coordinates.latitude,
    longitude: coordinates.longitude,
    columns: used.flatMap((name) => {
      const dataset = variables[name];
      return dataset === undefined ? [] : [{ name, dataset }];
    }),
    implicit: IMPLICIT_COLUMNS.filter((name) => variables[name] === undefined && used.includes(name)),
    filters,
  };
}

/** A filter as people read it: `/{group}/…/atl06_quality_summary eq 0`. Names what dropped a row. */
export function filterLabel(filter: FilterConfig): string {
  if ("expression" in filter) return filter.expression;
  const { dataset, op, value, raw } = filter;
  const bound = Array.isArray(value) ? `[${value.join(", ")}]` : value;
  return `${datasetSpec(dataset).path}${raw ? " (raw)" : ""} ${op} ${bound}`;
}
