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

/** A dataset and how its values are meant. */
export interface DatasetSpec extends Decoding {
  /** Path template with `{group}`. */
  readonly path: string;
}

/** A dataset of every granule: a path template with `{group}`, whose attributes say how its values are meant, or a spec. */
export type DatasetConfig = string | DatasetSpec;

/** A dataset as a spec. */
export function datasetSpec(dataset: DatasetConfig): DatasetSpec {
  return typeof dataset === "string" ? { path: dataset } : dataset;
}
