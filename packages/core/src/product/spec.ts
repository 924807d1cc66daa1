import type { Attributes, Config, CoordinateConfig, Dtype, FillValue } from "../config/index.js";
import { checkCoordinates, checkGrid, checkShards, checkVariables } from "./check-spec.js";

/** The grid of a product, every key decided. */
export interface ProductGrid {
  /** HEALPix order of the shards: one chunk each. */
  readonly parentOrder: number;
  /** HEALPix order of the cells. */
  readonly childOrder: number;
  /** Which latitude the cells are drawn in; see {@link dggsAttributes}. */
  readonly latitude: "authalic" | "geodetic";
}

/** One data variable: an array over all cells. */
export interface VariableSpec {
  readonly dtype: Dtype;
  readonly fillValue: FillValue;
  readonly attrs: Attributes;
}

/** Everything a store of ours is made from, as plain JSON. Equal specs give equal metadata, byte for byte. */
export interface ProductSpec {
  readonly grid: ProductGrid;
  /** Nested ids at the parent order, ascending: shard k is chunk k of every array. Frozen with the store. */
  readonly shards: readonly number[];
  readonly coordinates: Readonly<Record<string, CoordinateConfig>>;
  readonly variables: Readonly<Record<string, VariableSpec>>;
  readonly codecs: Config["output"]["codecs"];
  /** Goes into the group attribute `zagg`: what the product was made from. No times, no paths. */
  readonly provenance: Attributes;
  /** Further attributes of the group. */
  readonly groupAttrs: Attributes;
}

const CELL_IDS: CoordinateConfig = { dtype: "uint64", fillValue: 0, attrs: {} };

/** What the centre coordinates say where the config says nothing else. */
const CENTRE_ATTRS: Readonly<Record<string, Attributes>> = {
  latitude: { standard_name: "latitude", long_name: "latitude of the cell centre", units: "degrees_north" },
  longitude: { standard_name: "longitude", long_name: "longitude of the cell centre", units: "degrees_east" },
};

/**
 * The product of a config on a grid over a frozen list of shards (nested ids at the parent order, ascending).
 * `provenance` is kept in the store as it is. Throws `ZaggError` of kind `config` for what no store can hold.
 */
export function productSpec(
  config: Pick<Config, "aggregation" | "output" | "attrs">,
  grid: ProductGrid,
  shards: readonly number[],
  provenance: Attributes,
): ProductSpec {
  const { coordinates, variables } = config.aggregation;
  checkGrid(grid);
  checkShards(grid, shards);
  checkCoordinates(grid, coordinates);
  checkVariables(Object.keys(variables));
  const { parentOrder, childOrder, latitude } = grid;
  return {
    grid: { parentOrder, childOrder, latitude },
    shards,
    coordinates: mapValues({ cell_ids: CELL_IDS, ...coordinates }, (coordinate, name) => ({
      ...coordinate,
      attrs: { ...CENTRE_ATTRS[name], ...coordinate.attrs },
    })),
    variables: mapValues(variables, ({ dtype, fillValue, attrs }) => ({ dtype, fillValue, attrs })),
    codecs: config.output.codecs,
    provenance,
    groupAttrs: config.attrs ?? {},
  };
}

/** Cells of one shard, which is values per chunk. */
export function cellsPerShard({ parentOrder, childOrder }: ProductGrid): number {
  return 4 ** (childOrder - parentOrder);
}

/** The position of a shard (nested id at the parent order), or -1 when the product does not cover it. */
export function shardIndex(spec: ProductSpec, shard: number): number {
  return spec.shards.indexOf(shard);
}

/** Path of the product's group in its store. */
export function groupPath({ childOrder }: ProductGrid): string {
  return String(childOrder);
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
