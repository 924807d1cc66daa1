import type { Grid } from "@zagg/healpix";
import type { Attributes, DataType, FillValue } from "@zagg/zarr";
import { checkCoordinates, checkGrid, checkShards, checkShardsPerObject, checkVariables } from "./names.js";

/** An array over all cells: a coordinate (`cell_ids`, `morton`, `latitude`, `longitude`) or a data variable. */
export interface ArraySpec {
  readonly dtype: DataType;
  readonly fillValue: FillValue;
  readonly attrs: Attributes;
}

/** How chunks are compressed. */
export type Codecs = "gzip" | "none";

/** What a product is to hold: the part of a config that concerns its arrays. */
export interface ProductRequest {
  readonly aggregation: {
    readonly coordinates: Readonly<Record<string, ArraySpec>>;
    readonly variables: Readonly<Record<string, ArraySpec>>;
  };
  readonly output: {
    readonly codecs: Codecs;
    /** Consecutive shards in one object of each array. Default 1. */
    readonly shardsPerObject?: number;
  };
  /** Attributes of the product's group. */
  readonly attrs?: Attributes;
}

/** Everything a store of ours is made from, as plain JSON. Equal specs give equal metadata, byte for byte. */
export interface ProductSpec {
  readonly grid: Grid;
  /** Nested ids at the parent order, ascending. Frozen with the store. */
  readonly shards: readonly number[];
  /**
   * How many of them lie side by side in one object of each array, a block: shard k is the (k modulo this)th inner chunk of
   * object ⌊k ÷ this⌋. 1: shard k is object k.
   */
  readonly shardsPerObject: number;
  readonly coordinates: Readonly<Record<string, ArraySpec>>;
  readonly variables: Readonly<Record<string, ArraySpec>>;
  readonly codecs: Codecs;
  /** Goes into the group attribute `zagg`: what the product was made from. No times, no paths. */
  readonly provenance: Attributes;
  /** Further attributes of the group. */
  readonly groupAttrs: Attributes;
}

const CELL_IDS: ArraySpec = { dtype: "uint64", fillValue: 0, attrs: {} };

/** What the centre coordinates say where the config says nothing else. */
const CENTRE_ATTRS: Readonly<Record<string, Attributes>> = {
  latitude: { standard_name: "latitude", long_name: "latitude of the cell centre", units: "degrees_north" },
  longitude: { standard_name: "longitude", long_name: "longitude of the cell centre", units: "degrees_east" },
};

/**
 * The product of a config on a grid over a frozen list of shards (nested ids at the parent order, ascending).
 * `provenance` is kept in the store as it is. Throws `ProductError` of kind `config` for what no store can hold.
 */
export function productSpec(
  config: ProductRequest,
  grid: Grid,
  shards: readonly number[],
  provenance: Attributes,
): ProductSpec {
  const { coordinates, variables } = config.aggregation;
  const { codecs, shardsPerObject = 1 } = config.output;
  checkGrid(grid);
  checkShards(grid, shards);
  checkShardsPerObject(grid, shardsPerObject);
  checkCoordinates(grid, coordinates);
  checkVariables(Object.keys(variables));
  const { parentOrder, childOrder, latitude } = grid;
  return {
    grid: { parentOrder, childOrder, latitude },
    shards,
    shardsPerObject,
    coordinates: arraySpecs({ cell_ids: CELL_IDS, ...coordinates }, CENTRE_ATTRS),
    variables: arraySpecs(variables),
    codecs,
    provenance,
    groupAttrs: config.attrs ?? {},
  };
}

/** Of each array what a product keeps, with attributes that hold where it has none of that name. */
function arraySpecs(
  arrays: Readonly<Record<string, ArraySpec>>,
  standard: Readonly<Record<string, Attributes>> = {},
): Record<string, ArraySpec> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype, fillValue, attrs }]) => [
      name,
      { dtype, fillValue, attrs: { ...standard[name], ...attrs } },
    ]),
  );
}

/** The position of a shard (nested id at the parent order), or -1 when the product does not cover it. */
export function shardIndex(spec: ProductSpec, shard: number): number {
  return spec.shards.indexOf(shard);
}

/** Path of the product's group in its store. */
export function orderGroup({ childOrder }: Grid): string {
  return String(childOrder);
}
