import type { Latitude } from "@zagg/healpix";
import type { ArraySpec, Codecs } from "@zagg/product";
import type { Combination, StatisticSpec } from "@zagg/stats";
import type { Attributes, DataType } from "@zagg/zarr";
import type { DatasetConfig } from "./dataset.js";

export type { Attributes, FillValue } from "@zagg/zarr";

/** Element types of the output arrays, named as Zarr v3 and numpy name them. */
export type Dtype = DataType;

/**
 * The HEALPix grid. Keys that are absent are taken from the catalog; present ones must agree with it.
 * `childOrder` is the order of the cells, `parentOrder` that of the shards.
 */
export interface GridConfig {
  readonly type: "healpix";
  readonly indexingScheme: "nested";
  readonly childOrder: number;
  readonly parentOrder?: number;
  readonly latitude?: Latitude;
}

export const FILTER_OPS = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "in",
  "not_in",
  "between",
  "outside",
  "all_bits",
  "any_bits",
  "no_bits",
] as const;

export type FilterOp = (typeof FILTER_OPS)[number];

/**
 * Keeps the rows for which `dataset op value` holds; `value` is a list for `in` and `not_in`, the two ends of a range, both
 * in it, for `between` and `outside`, and a mask for the tests of bits. Text is what an attribute is, or is not.
 */
export interface DatasetFilter {
  /** A column's or coordinate's name in the YAML is resolved to its dataset here. */
  readonly dataset: DatasetConfig;
  readonly op: FilterOp;
  readonly value: number | string | readonly (number | string)[];
  /** Compare the stored values: not scaled, and none of them missing. */
  readonly raw?: true;
}

/** Keeps the rows for which an expression over columns is true; a missing value is NaN in it. */
export interface ExpressionFilter {
  readonly expression: string;
  /** The columns and coordinates that it names, resolved to their datasets. */
  readonly columns: Readonly<Record<string, DatasetConfig>>;
}

/** The texts that a filter compares with; none where it compares numbers. */
export function textsOf(value: DatasetFilter["value"]): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === "string");
}

export type FilterConfig = DatasetFilter | ExpressionFilter;

/** Where points come from. Paths are templates in which `{group}` stands for each of `groups`. */
export interface DataSourceConfig {
  readonly driver: "auto" | "file" | "s3" | "https";
  /** The product at NASA's CMR, where the config says it. */
  readonly shortName?: string;
  /** At least one. `[""]` where the YAML names none: paths then count from the root. */
  readonly groups: readonly string[];
  readonly coordinates: { readonly latitude: DatasetConfig; readonly longitude: DatasetConfig };
  /** Column name → dataset. */
  readonly variables: Readonly<Record<string, DatasetConfig>>;
  readonly filters: readonly FilterConfig[];
}

/** One data variable of the product; exactly one of `function` and `expression` is set. */
export interface StatisticConfig extends StatisticSpec, ArraySpec {
  /** How cells become pixels, when the default for the statistic is not wanted. */
  readonly raster?: Combination;
}

/** Limits on whole granules and shards, never on points: those outside are not run. Times are ISO 8601. */
export interface Bounds {
  readonly temporal?: { readonly start: string; readonly end: string };
  /** Degrees; `west > east` crosses the antimeridian. */
  readonly spatial?: {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
  };
}

/** A pipeline config: plain JSON, so that it goes to worker threads and Lambda as it is. */
export interface Config {
  /** Name of the built-in, or the file's name without its extension. */
  readonly name: string;
  readonly dataSource: DataSourceConfig;
  readonly aggregation: {
    readonly coordinates: Readonly<Record<string, ArraySpec>>;
    readonly variables: Readonly<Record<string, StatisticConfig>>;
  };
  readonly output: {
    readonly grid: GridConfig;
    readonly store?: string;
    readonly codecs: Codecs;
    /** Consecutive shards that lie in one object of each array; absent: see `makePlan`. */
    readonly shardsPerObject?: number;
  };
  readonly bounds?: Bounds;
  /** Default for the catalog's path. */
  readonly catalog?: string;
  /** Attributes of the product's group. */
  readonly attrs?: Attributes;
}
