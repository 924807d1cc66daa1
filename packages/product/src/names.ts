import { type Grid, MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import type { DataType } from "@zagg/zarr";
import { ProductError } from "./error.js";
import type { ProductSpec } from "./spec.js";

/** Whatever a store claims: ids and states of all shards are held in memory (3,145,728: all of the Earth at order 9). */
export const MAX_SHARDS = 12 * 4 ** 9;

/** A shard is held in memory whole, once per variable: 4^12 cells are 128 MiB of float64. */
export const MAX_SHARD_DEPTH = 12;

/** An object is held in memory whole, in its widest array: as much as one of the largest shards four times. */
const MAX_OBJECT_BYTES = 512 * 2 ** 20;

/** The index of an object with more would be read for the sake of one chunk: it has 16 bytes for each. */
const MAX_SHARDS_PER_OBJECT = 4096;

/** The coordinates that a product may have, and the types that each may be of. */
export const COORDINATE_DTYPES: Readonly<Record<string, readonly DataType[]>> = {
  cell_ids: ["uint64"],
  morton: ["int64"],
  latitude: ["float64", "float32"],
  longitude: ["float64", "float32"],
};

/** The variable that tells, where a product has it, how many points a cell has. */
export const COUNT = "count";

/** Names of the arrays that say where cells lie. */
export const COORDINATE_NAMES: ReadonlySet<string> = new Set(Object.keys(COORDINATE_DTYPES));

/** What a product's group has besides the variables: arrays, dimensions, and its own metadata. */
const RESERVED: ReadonlySet<string> = new Set([
  ...COORDINATE_NAMES,
  "shard_ids",
  "shard_state",
  "shards",
  "cells",
  "zarr.json",
]);

/** What is wrong with the name of a variable, as a sentence after it; undefined where nothing is. */
export function nameProblem(name: string): { readonly code: string; readonly message: string } | undefined {
  if (RESERVED.has(name)) {
    return { code: "reserved-name", message: "the product uses this name itself; choose another." };
  }
  if (/^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) return undefined;
  const message = "a variable's name begins with a letter; letters, digits, _ . and - may follow.";
  return { code: "invalid-name", message };
}

/**
 * Whether an array of a stored product may be called so: 0.1.0 also let names begin with digits and `_`. What other
 * names there are lead out of the store, or are read by a spreadsheet as formulas.
 */
export function isStoredName(name: string): boolean {
  return /^(?!__)[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/.test(name);
}

export function checkGrid({ parentOrder, childOrder }: Grid): void {
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

export function checkShards(grid: Grid, shards: readonly number[]): void {
  if (shards.length === 0) refuse("shards", "a product needs at least one shard; the catalog has none");
  const problem = shardsProblem(grid, shards);
  if (problem) refuse("shards", problem);
}

/** Why these are not the shards of a product, as a sentence; undefined where they are. */
export function shardsProblem({ parentOrder }: Grid, shards: readonly number[]): string | undefined {
  const end = 12 * 4 ** parentOrder;
  const k = shards.findIndex(
    (shard, i) => !Number.isSafeInteger(shard) || shard <= (shards[i - 1] ?? -1) || shard >= end,
  );
  if (k < 0) return undefined;
  return `shard ${k} has nested id ${shards[k]} after ${shards[k - 1] ?? -1}; ids must ascend and lie below ${end}`;
}

export function checkShardsPerObject(grid: Grid, shardsPerObject: number): void {
  const problem = shardsPerObjectProblem(grid, shardsPerObject);
  if (problem) refuse("shards", problem);
}

/** Why so many shards do not lie in one object, as a sentence; undefined where they do. */
export function shardsPerObjectProblem(
  { parentOrder, childOrder }: Omit<Grid, "latitude">,
  shardsPerObject: number,
): string | undefined {
  const cells = 4 ** (childOrder - parentOrder);
  const most = Math.min(MAX_SHARDS_PER_OBJECT, Math.floor(MAX_OBJECT_BYTES / (8 * cells)));
  if (Number.isInteger(shardsPerObject) && shardsPerObject >= 1 && shardsPerObject <= most) return undefined;
  return `${shardsPerObject} shards of ${cells} cells do not go into one object; 1 to ${most} do`;
}

export function checkCoordinates({ childOrder }: Grid, coordinates: ProductSpec["coordinates"]): void {
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

export function checkVariables(names: readonly string[]): void {
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem) refuse("variable", `variable ${JSON.stringify(name)}: ${problem.message}`);
  }
}

function refuse(what: "grid" | "shards" | "coordinate" | "variable", message: string): never {
  throw new ProductError("config", `invalid-${what}`, message);
}
