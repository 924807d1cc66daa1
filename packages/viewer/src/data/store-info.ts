import type { CellLayout } from "@zagg/map";
import { StoreError } from "./store-error.js";

/** A data variable of a product. */
export interface VariableInfo {
  readonly name: string;
  readonly label: string;
  readonly unit: string | undefined;
  /** The value that means "no value"; NaN always does. */
  readonly fill: number;
}

/** What a store's metadata say, checked: everything else of it is ignored. */
export interface StoreInfo {
  /** Path of the group. */
  readonly group: string;
  readonly order: number;
  readonly parentOrder: number;
  readonly latitude: CellLayout["latitude"];
  readonly shardCount: number;
  readonly variables: readonly VariableInfo[];
  /** Whether the store tells its shards and their states (those of 0.1.0 do not). */
  readonly hasShards: boolean;
}

/** Values that a page may hold; more would end the tab. */
const MAX_CELLS = 2 ** 27;
const MAX_ORDER = 24;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const NUMERIC = /^(u?int(8|16|32|64)|float(32|64))$/;

type Json = Readonly<Record<string, unknown>>;

/** Reads the consolidated metadata of a store's root. Throws `not-a-product` and `unsupported`. */
export function parseStoreInfo(root: unknown, url: string): StoreInfo {
  const documents = record(record(record(root)?.consolidated_metadata)?.metadata);
  if (!documents) {
    throw new StoreError(
      "not-a-product",
      `${url} has no consolidated metadata: it is no product of zagg, or its run has not finished.`,
    );
  }
  const group = Object.keys(documents).find(
    (path) => record(record(documents[path])?.attributes)?.dggs !== undefined,
  );
  const attributes = group === undefined ? undefined : record(record(documents[group])?.attributes);
  const dggs = record(attributes?.dggs);
  if (group === undefined || !attributes || !dggs || !NAME.test(group)) {
    throw new StoreError(
      "not-a-product",
      `${url} is a Zarr store, but no group in it declares HEALPix cells.`,
    );
  }
  if (
    dggs.name !== "healpix" ||
    dggs.indexing_scheme !== "nested" ||
    (dggs.compression ?? "none") !== "none"
  ) {
    throw new StoreError("unsupported", `${url} has cells of another kind than nested HEALPix.`);
  }
  const order = whole(dggs.refinement_level, 0, MAX_ORDER, url, "its order");
  const ids = record(documents[`${group}/cell_ids`]);
  const length = whole(list(ids?.shape)[0], 1, MAX_CELLS, url, "the number of its cells");
  const perShard = whole(chunkOf(ids), 1, length, url, "the size of its chunks");
  const depth = Math.log2(perShard) / 2;
  if (!Number.isInteger(depth) || depth > Math.min(order, 12) || length % perShard !== 0) {
    throw new StoreError("unsupported", `${url} has chunks of ${perShard} cells, which are no shards.`);
  }
  const stated = record(record(attributes.zagg)?.grid)?.latitude;
  return {
    group,
    order,
    parentOrder: order - depth,
    latitude: stated === "authalic" ? "authalic" : "geodetic",
    shardCount: length / perShard,
    variables: variablesOf(documents, group, length, perShard),
    hasShards: documents[`${group}/shard_ids`] !== undefined,
  };
}

const COORDINATES = new Set(["cell_ids", "morton", "latitude", "longitude"]);

function variablesOf(documents: Json, group: string, length: number, perShard: number): VariableInfo[] {
  const variables: VariableInfo[] = [];
  for (const [path, value] of Object.entries(documents)) {
    const name = path.slice(group.length + 1);
    const array = record(value);
    if (!path.startsWith(`${group}/`) || !NAME.test(name) || COORDINATES.has(name) || !array) continue;
    const shape = list(array.shape);
    if (shape.length !== 1 || shape[0] !== length || chunkOf(array) !== perShard) continue;
    if (typeof array.data_type !== "string" || !NUMERIC.test(array.data_type)) continue;
    const { long_name: long, units } = record(array.attributes) ?? {};
    variables.push({
      name,
      label: typeof long === "string" ? long.slice(0, 200) : name,
      unit: typeof units === "string" && units !== "1" ? units.slice(0, 40) : undefined,
      fill: typeof array.fill_value === "number" ? array.fill_value : Number.NaN,
    });
  }
  return variables;
}

function chunkOf(array: Json | undefined): unknown {
  return list(record(record(array?.chunk_grid)?.configuration)?.chunk_shape)[0];
}

function whole(value: unknown, least: number, most: number, url: string, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new StoreError(
    "unsupported",
    `${url}: ${what} is ${JSON.stringify(value) ?? "not given"}, not ${least} to ${most}.`,
  );
}

function record(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
