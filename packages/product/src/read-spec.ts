import { isStorageError, type ReadableStore } from "@zagg/storage";
import { type Attributes, chunking } from "@zagg/zarr";
import pMap from "p-map";
import { isOverCells, type StoredLayout } from "./check-stored.js";
import { ProductError } from "./error.js";
import { shardPlace } from "./layout.js";
import { COORDINATE_NAMES } from "./names.js";
import { pathIn, type StoredDocuments } from "./read-documents.js";
import type { ArraySpec, ProductSpec } from "./spec.js";

/** The spec that a store of ours was made from. */
export function storedSpec(
  documents: StoredDocuments,
  layout: StoredLayout,
  shards: readonly number[],
): ProductSpec {
  const { dggs, zarr_conventions, zagg, ...groupAttrs } = documents.group.attributes;
  const { grid, complete, shards: states, counts, ...provenance } = zagg as Attributes;
  const { grid: stored, shardsPerObject } = layout;
  return { ...arraySpecs(documents), grid: stored, shards, shardsPerObject, provenance, groupAttrs };
}

/** Shards of a store of 0.1.0 that are asked for: of the Earth at its order there are 49,152. */
const MAX_LEGACY_SHARDS = 2 ** 17;

/**
 * The spec of a store of 0.1.0. It took geodetic latitudes for spherical ones whatever ellipsoid it declares, and
 * its shards lie in the order of its catalog; a shard that wrote no chunk cannot be told and is -1.
 */
export async function legacySpec(
  documents: StoredDocuments,
  { grid, shardCount }: StoredLayout,
  store: ReadableStore,
): Promise<ProductSpec> {
  const { url } = store;
  // Its chunks are raw: the first id of each is its first eight bytes.
  const [codec, ...more] = documents.arrays.get("cell_ids")?.codecs ?? [];
  if (codec?.name !== "bytes" || more.length > 0 || shardCount > MAX_LEGACY_SHARDS) {
    const what = "is a DGGS, but neither of this version nor of 0.1.0";
    throw new ProductError("store", "unsupported", `${url}: group ${documents.path} ${what}`, { url });
  }
  const depth = BigInt(2 * (grid.childOrder - grid.parentOrder));
  const shards = await pMap(
    Array.from({ length: shardCount }, (_, k) => shardPlace(pathIn(documents.path, "cell_ids"), 1, k)),
    async ({ key }) => {
      const first = await store.getRange(key, 0, 8).catch(absentWhereDenied);
      if (!first) return -1;
      const shard = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true) >> depth);
      if (shard < 12 * 4 ** grid.parentOrder) return shard;
      const what = `begins with the id of no cell of order ${grid.childOrder}`;
      throw new ProductError("store", "bad-chunk", `${url}: chunk ${key} ${what}`, { url, key });
    },
    { concurrency: 16 },
  );
  return { ...arraySpecs(documents), grid, shards, shardsPerObject: 1, provenance: {}, groupAttrs: {} };
}

/** For a key that is not there S3 answers 403 when it may not be listed. (Metadata it must not refuse.) */
export function absentWhereDenied(error: unknown): undefined {
  if (!isStorageError(error, "denied")) throw error;
}

function arraySpecs({ arrays }: StoredDocuments): Pick<ProductSpec, "coordinates" | "variables" | "codecs"> {
  const coordinates: Record<string, ArraySpec> = {};
  const variables: Record<string, ArraySpec> = {};
  let codecs: ProductSpec["codecs"] = "none";
  for (const [name, array] of arrays) {
    if (!isOverCells(array)) continue;
    if (chunking(array).codecs.some((codec) => codec.name === "gzip")) codecs = "gzip";
    const { coordinates: located, _FillValue: masked, ...attrs } = array.attributes;
    const spec = { dtype: array.data_type, fillValue: array.fill_value, attrs };
    if (!COORDINATE_NAMES.has(name)) variables[name] = spec;
    else coordinates[name] = name === "cell_ids" ? { ...spec, attrs: {} } : spec;
  }
  return { coordinates, variables, codecs };
}
