/**
 * What holds in place of a dataset's attributes, which may say nothing or be wrong. Limits and fills are stored values,
 * as those of the attributes are.
 */
export interface Decoding {
  /** Nothing that the file says about its values counts, HDF5's own fill value neither; the other keys still do. */
  readonly decode?: false;
  /** Values that mean "missing", or false for none: for `_FillValue`, `missing_value` and HDF5's own fill value. */
  readonly fill?: number | readonly number[] | false;
  /** Value = stored value · `scaleFactor` + `addOffset`. */
  readonly scaleFactor?: number;
  readonly addOffset?: number;
  /** Whether stored whole numbers are unsigned, whatever their type. */
  readonly unsigned?: boolean;
  /** Smaller values are missing; false: none is too small. For `valid_min` and the first of `valid_range`. */
  readonly validMin?: number | false;
  /** Larger values are missing; false: none is too large. */
  readonly validMax?: number | false;
}

/**
 * How a dataset that has not one value for each point is spread over them; exactly one of `repeat`, `index` and `begin` is
 * set. Points of which it has no value are missing in it.
 */
export interface Join {
  /** Each value holds for so many points, one after the other. */
  readonly repeat?: number;
  /** A dataset that gives for each point the position of its value. */
  readonly index?: string;
  /** A dataset beside this one that gives for each value the position of its first point. */
  readonly begin?: string;
  /** With `begin`, for how many points each value holds; without it, up to the next one's first. */
  readonly count?: string;
  /** The number of the first position: 0, or 1 where positions are counted from 1. Default 0. */
  readonly base?: 0 | 1;
}

/** A dataset and how its values are meant. */
export interface DatasetSpec extends Decoding {
  /** Path template with `{group}`, and with an index or an attribute's name: see `parseDatasetPath`. */
  readonly path: string;
  /** Absent where it has one value for each point, or one for all of them. */
  readonly join?: Join;
}

/** A dataset of every granule: a path template with `{group}`, whose attributes say how its values are meant, or a spec. */
export type DatasetConfig = string | DatasetSpec;

/** A dataset as a spec. */
export function datasetSpec(dataset: DatasetConfig): DatasetSpec {
  return typeof dataset === "string" ? { path: dataset } : dataset;
}
