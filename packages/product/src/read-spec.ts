import { type Attributes, chunkKey } from "@zagg/zarr";
import pMap from "p-map";
import type { ZaggAttribute } from "./documents.js";
import { ProductError } from "./error.js";
import { COORDINATE_NAMES } from "./names.js";
import type { ReadableStore, StoredDocuments } from "./read-documents.js";
import type { ArraySpec, ProductSpec } from "./spec.js";

/** The spec that a store of ours was made from. */
export function storedSpec(documents: StoredDocuments, shards: readonly number[]): ProductSpec {
  const { dggs, zarr_conventions, zagg, ...groupAttrs } = documents.group.attributes;
  const { grid, complete, shards: states, counts, ...provenance } = zagg as ZaggAttribute & Attributes;
  return {
    ...arraySpecs(documents),
    grid: { parentOrder: grid.parent_order, childOrder: grid.child_order, latitude: grid.latitude },
    shards,
    provenance,
    groupAttrs,
  };
}

/**
 * The spec of a store of 0.1.0. It took geodetic latitudes for spherical ones whatever ellipsoid it declares, and
 * its shards lie in the order of its catalog; a shard that wrote no chunk cannot be told and is -1.
 */
export async function legacySpec(documents: StoredDocuments, store: ReadableStore): Promise<ProductSpec> {
  const cellIds = documents.arrays.get("cell_ids");
  const { refinement_level } = documents.group.attributes.dggs as { refinement_level: number };
  const cells = cellIds?.chunk_grid.configuration.chunk_shape[0] ?? 0;
  const depth = Math.log2(cells) / 2;
  // Its chunks are raw: the first id of each is its first eight bytes.
  if (cellIds?.data_type !== "uint64" || cellIds.codecs.length !== 1 || !Number.isInteger(depth)) {
    const what = `group ${documents.path} is a DGGS, but neither of this version nor of 0.1.0`;
    throw new ProductError("store", "no-product", `${store.url}: ${what}`, { url: store.url });
  }
  const chunks = Math.ceil((cellIds.shape[0] as number) / cells);
  const shards = await pMap(
    Array.from({ length: chunks }, (_, k) => chunkKey(`${documents.path}/cell_ids`, k)),
    async (key) => {
      const first = await store.getRange(key, 0, 8);
      if (!first) return -1;
      const id = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
      return Number(id >> BigInt(2 * depth));
    },
    { concurrency: 16 },
  );
  return {
    ...arraySpecs(documents),
    grid: { parentOrder: refinement_level - depth, childOrder: refinement_level, latitude: "geodetic" },
    shards,
    provenance: {},
    groupAttrs: {},
  };
}

function arraySpecs({ arrays }: StoredDocuments): Pick<ProductSpec, "coordinates" | "variables" | "codecs"> {
  const coordinates: Record<string, ArraySpec> = {};
  const variables: Record<string, ArraySpec> = {};
  let codecs: ProductSpec["codecs"] = "none";
  for (const [name, array] of arrays) {
    if (array.dimension_names[0] !== "cells") continue;
    if (array.codecs.some((codec) => codec.name === "gzip")) codecs = "gzip";
    const { coordinates: located, ...attrs } = array.attributes;
    const spec = { dtype: array.data_type, fillValue: array.fill_value, attrs };
    if (!COORDINATE_NAMES.has(name)) variables[name] = spec;
    else coordinates[name] = name === "cell_ids" ? { ...spec, attrs: {} } : spec;
  }
  return { coordinates, variables, codecs };
}
