import type { Grid } from "@zagg/healpix";
import {
  type ArrayDocument,
  type Chunking,
  chunking,
  type DataType,
  fillFits,
  type GroupDocument,
} from "@zagg/zarr";
import type { ZaggAttribute } from "./documents.js";
import { ProductError, type ProductErrorCode } from "./error.js";
import {
  COORDINATE_DTYPES,
  isStoredName,
  MAX_SHARD_DEPTH,
  MAX_SHARDS,
  shardsPerObjectProblem,
} from "./names.js";
import type { StoredDocuments } from "./read-documents.js";
import { SHARD_STATES } from "./state.js";

/** What the metadata of a store say of its cells. */
export interface StoredLayout {
  readonly grid: Grid;
  readonly shardCount: number;
  readonly shardsPerObject: number;
  /** What a run of ours said of the product; undefined for a store of 0.1.0. */
  readonly ours: ZaggAttribute | undefined;
}

const MAX_ORDER = 29;
/** No chain of ours has more than two. */
const MAX_CODECS = 4;
const STRING_FILLS: readonly unknown[] = ["NaN", "Infinity", "-Infinity"];

/**
 * Checks everything in a store's metadata that reading relies on, before anything else is read or any room is made: orders,
 * shapes, sizes, types, codecs and the kinds of attributes. Throws `ProductError` of kind `store`: `bad-metadata`,
 * `unsupported`.
 */
export function checkedLayout(url: string, documents: StoredDocuments): StoredLayout {
  const { path, group, arrays } = documents;
  const refuse: Refuse = (code, what) => {
    throw new ProductError("store", code, `${url}: ${what}`, { url, group: path });
  };
  const bad: Bad = (what) => refuse("bad-metadata", `${what}; it is damaged, or no product of zagg`);

  if (path !== "" && !path.split("/").every(isStoredName)) bad(`its group is called ${shown(path)}`);
  const order = orderOf(group, refuse);
  const cellIds = arrays.get("cell_ids");
  if (cellIds?.data_type !== "uint64") return bad("it has no array cell_ids of type uint64");
  const [cells = 0, ...more] = cellIds.shape;
  const chunks = chunking(cellIds);
  const [perShard = 0] = chunks.chunkShape;
  const depth = Math.log2(perShard) / 2;
  if (more.length > 0 || !Number.isInteger(depth) || depth > Math.min(order, MAX_SHARD_DEPTH)) {
    refuse("unsupported", `chunks of ${shown(perShard)} cells of order ${order} are no shards`);
  }
  const shardCount = cells / perShard;
  const parentOrder = order - depth;
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 12 * 4 ** parentOrder) {
    bad(`it has ${shown(cells)} cells of order ${order}, ${perShard} in each shard`);
  }
  if (shardCount > MAX_SHARDS) refuse("unsupported", `${shardCount} shards are more than ${MAX_SHARDS}`);
  const shardsPerObject = chunks.slots ?? 1;
  const tooMany = shardsPerObjectProblem({ parentOrder, childOrder: order }, shardsPerObject);
  if (tooMany) refuse("unsupported", tooMany);

  const ours = oursOf(group, { parentOrder, childOrder: order }, bad);
  const whole: Chunking = { chunkShape: [shardCount], codecs: [], slots: undefined };
  for (const [name, dtype] of [
    ["shard_ids", "uint64"],
    ["shard_state", "uint8"],
  ] as const) {
    const array = arrays.get(name);
    if (ours && !fits(array, dtype, [shardCount], whole))
      bad(`it has no array ${name} of ${shardCount} ${dtype}`);
  }
  for (const [name, array] of arrays) {
    if (!isOverCells(array) && !(ours && /^shard_(ids|state)$/.test(name))) continue;
    if (!isStoredName(name)) bad(`an array is called ${shown(name)}`);
    if (isOverCells(array) && !fits(array, array.data_type, [cells], chunks)) {
      bad(`${name} has shape ${shown(array.shape)}, cell_ids ${shown(cellIds.shape)}, or chunks unlike its`);
    }
    const dtypes = COORDINATE_DTYPES[name];
    if (dtypes && !dtypes.includes(array.data_type)) bad(`${name} is of type ${array.data_type}`);
    if (!isFill(array))
      bad(`${name}, of type ${array.data_type}, has the fill value ${shown(array.fill_value)}`);
    const { codecs } = chunking(array);
    const codec = codecs.find((each) => !isReadable(each));
    if (codec !== undefined || codecs.length > MAX_CODECS) {
      const chain = shown(codec ?? codecs);
      refuse(
        "unsupported",
        `${name} is packed with ${chain}; what is read is bytes (little endian), gzip, crc32c`,
      );
    }
  }
  const latitude = ours?.grid.latitude ?? "geodetic";
  return { grid: { parentOrder, childOrder: order, latitude }, shardCount, shardsPerObject, ours };
}

/** Whether an array has one value for each cell. What else lies in the group is no business of ours. */
export function isOverCells({ dimension_names: names }: ArrayDocument): boolean {
  return Array.isArray(names) && names.length === 1 && names[0] === "cells";
}

/**
 * What a run of ours said of a product; undefined for products of others. Later Python versions know an attribute of
 * that name too, without our `grid`.
 */
export function zaggAttribute({ attributes }: GroupDocument): ZaggAttribute | undefined {
  const { zagg } = attributes;
  return isRecord(zagg) && isRecord(zagg.grid) && isRecord(zagg.shards)
    ? (zagg as unknown as ZaggAttribute)
    : undefined;
}

type Refuse = (code: ProductErrorCode, what: string) => never;
type Bad = (what: string) => never;

function orderOf({ attributes: { dggs } }: GroupDocument, refuse: Refuse): number {
  if (!isRecord(dggs)) return refuse("bad-metadata", `its attribute dggs is ${shown(dggs)}`);
  const { name, indexing_scheme = "nested", compression = "none", refinement_level: order } = dggs;
  if (name !== "healpix" || indexing_scheme !== "nested" || compression !== "none") {
    const kind = [name, indexing_scheme, compression].map(shown).join(", ");
    return refuse("unsupported", `it has cells of another kind (${kind}) than nested HEALPix`);
  }
  if (typeof order === "number" && Number.isInteger(order) && order >= 0 && order <= MAX_ORDER) return order;
  return refuse("bad-metadata", `its order is ${shown(order)}, not 0 to ${MAX_ORDER}`);
}

function oursOf(
  group: GroupDocument,
  { parentOrder, childOrder }: Omit<Grid, "latitude">,
  bad: Bad,
): ZaggAttribute | undefined {
  const ours = zaggAttribute(group);
  if (!ours) return undefined;
  const { grid, shards, counts, complete } = ours;
  if (grid.parent_order !== parentOrder || grid.child_order !== childOrder) {
    const stated = `${shown(grid.parent_order)} and ${shown(grid.child_order)}`;
    bad(`it says that it is of orders ${stated}, but its arrays are of ${parentOrder} and ${childOrder}`);
  }
  if (grid.latitude !== "authalic" && grid.latitude !== "geodetic")
    bad(`its latitude is ${shown(grid.latitude)}`);
  const numbers = SHARD_STATES.every((state) => Number.isSafeInteger(shards[state]) && shards[state] >= 0);
  if (!numbers || !isRecord(counts) || typeof complete !== "boolean")
    bad("what it says of its shards makes no sense");
  return ours;
}

function fits(
  array: ArrayDocument | undefined,
  dtype: DataType,
  shape: readonly number[],
  { chunkShape, slots }: Chunking,
): boolean {
  if (array?.data_type !== dtype || !same(array.shape, shape)) return false;
  const own = chunking(array);
  return same(own.chunkShape, chunkShape) && own.slots === slots;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function isFill({ fill_value, data_type }: ArrayDocument): boolean {
  const known = typeof fill_value === "number" || STRING_FILLS.includes(fill_value);
  return known && fillFits(fill_value, data_type);
}

function isReadable(codec: unknown): boolean {
  if (!isRecord(codec)) return false;
  const { name, configuration } = codec;
  if (name === "gzip" || name === "crc32c") return true;
  return name === "bytes" && (!isRecord(configuration) || (configuration.endian ?? "little") === "little");
}

/** A value of a store's metadata in a message: on one line, and not longer than one. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
