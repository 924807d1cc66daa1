import { MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import type { Dtype } from "../config/index.js";
import { ZaggError } from "../error.js";
import type { ProductGrid, ProductSpec } from "./spec.js";

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

export function checkGrid({ parentOrder, childOrder }: ProductGrid): void {
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

export function checkShards({ parentOrder }: ProductGrid, shards: readonly number[]): void {
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

export function checkCoordinates({ childOrder }: ProductGrid, coordinates: ProductSpec["coordinates"]): void {
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
