import { MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import type { Attributes, Config, CoordinateConfig, Dtype, FillValue } from "../config/index.js";
import { ZaggError } from "../error.js";

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

/** A shard is held in memory whole, once per variable: 4^12 cells are 128 MiB of float64. */
export const MAX_SHARD_DEPTH = 12;

const COORDINATE_DTYPES: Readonly<Record<string, readonly Dtype[]>> = {
  cell_ids: ["uint64"],
  morton: ["int64"],
  latitude: ["float64", "float32"],
  longitude: ["float64", "float32"],
};

/** Names of the arrays that say where cells lie. */
export const COORDINATE_NAMES: ReadonlySet<string> = new Set(Object.keys(COORDINATE_DTYPES));

/** No variable may be called so. */
const RESERVED: ReadonlySet<string> = new Set([...COORDINATE_NAMES, "shard_ids", "shard_state"]);

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

function checkGrid({ parentOrder, childOrder }: ProductGrid): void {
  if (childOrder < parentOrder) {
    refuse(
      "grid",
      `child_order ${childOrder} is coarser than parent_order ${parentOrder}; a shard must hold cells`,
    );
  }
  if (childOrder - parentOrder > MAX_SHARD_DEPTH) {
    const depth = childOrder - parentOrder;
    refuse(
      "grid",
      `a shard of order ${parentOrder} would hold 4^${depth} cells of order ${childOrder}, the most is \
4^${MAX_SHARD_DEPTH}; choose a finer parent_order`,
    );
  }
}

function checkShards({ parentOrder }: ProductGrid, shards: readonly number[]): void {
  if (shards.length === 0) refuse("shards", "a product needs at least one shard; the catalog has none");
  const end = 12 * 4 ** parentOrder;
  shards.forEach((shard, k) => {
    const previous = k === 0 ? -1 : (shards[k - 1] as number);
    if (!Number.isSafeInteger(shard) || shard <= previous || shard >= end) {
      refuse(
        "shards",
        `shard ${k} has nested id ${shard} after ${previous}; ids must ascend and lie below ${end}`,
      );
    }
  });
}

function checkCoordinates({ childOrder }: ProductGrid, coordinates: ProductSpec["coordinates"]): void {
  for (const [name, { dtype }] of Object.entries(coordinates)) {
    const dtypes = COORDINATE_DTYPES[name];
    if (!dtypes) {
      refuse("coordinate", `no coordinate is called ${name}; known are ${[...COORDINATE_NAMES].join(", ")}`);
    }
    if (!dtypes.includes(dtype)) {
      refuse("coordinate", `coordinate ${name} is ${dtype}, but must be ${dtypes.join(" or ")}`);
    }
  }
  if (Object.keys(coordinates.cell_ids?.attrs ?? {}).length > 0) {
    refuse("coordinate", "cell_ids takes no attrs of yours: readers refuse any beyond those of the grid");
  }
  if (coordinates.morton && childOrder > MAX_MORTON_INT64_ORDER) {
    refuse(
      "coordinate",
      `decimal morton ids of order ${childOrder} do not fit int64 (order ${MAX_MORTON_INT64_ORDER} is \
the finest); leave morton out of aggregation.coordinates, or lower child_order`,
    );
  }
}

function checkVariables(names: readonly string[]): void {
  for (const name of names) {
    if (RESERVED.has(name))
      refuse("variable", `a variable cannot be called ${name}: every store has that array`);
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) {
      refuse(
        "variable",
        `${JSON.stringify(name)} cannot name an array; use letters, digits, "_", "-" and "."`,
      );
    }
  }
}

function refuse(what: string, message: string): never {
  throw new ZaggError("config", `invalid-${what}`, message);
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
