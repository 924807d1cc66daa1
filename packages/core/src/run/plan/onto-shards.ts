import { mortonOf } from "@zagg/healpix";
import type { Product } from "@zagg/product";
import { type Catalog, withoutUnused } from "../../catalog/index.js";
import { ZaggError } from "../../terms/index.js";

/** What {@link ontoShardsOf} made of a catalog. */
export interface ShardsTaken {
  readonly catalog: Catalog;
  /** Shards of the catalog that the product does not have, with all their granules. */
  readonly shardsOutside: number;
}

/**
 * The catalog on the frozen shard list of a product, so that what is made of it aligns with that product chunk by
 * chunk. Shards for which the catalog has no granules become empty ones; shards that the product lacks are left out
 * and counted. Throws `ZaggError` where the two have different grids, or no shard in common.
 */
export function ontoShardsOf(product: Pick<Product, "url" | "spec">, catalog: Catalog): ShardsTaken {
  const { grid, shards } = product.spec;
  const wanted = catalog.metadata.grid;
  if (grid.parentOrder !== wanted.parentOrder || grid.latitude !== wanted.latitude) {
    const name = (g: typeof wanted) => `parent order ${g.parentOrder} with ${g.latitude} latitude`;
    throw refuse(product.url, `has shards of ${name(grid)}, the catalog those of ${name(wanted)}`);
  }
  if (shards.some((shard) => shard < 0)) {
    throw refuse(product.url, "was made by 0.1.0 and does not tell all of its shards");
  }
  const granulesOf = new Map(catalog.shards.map(({ id, granules }) => [id, granules]));
  const taken = shards.map((nested) => {
    const id = String(mortonOf(grid.parentOrder, nested));
    return { id, granules: granulesOf.get(id) ?? [] };
  });
  const common = taken.filter(({ id }) => granulesOf.has(id)).length;
  if (common === 0) throw refuse(product.url, "has no shard in common with the catalog");
  return {
    catalog: withoutUnused({ ...catalog, shards: taken }),
    shardsOutside: catalog.shards.length - common,
  };
}

function refuse(url: string, why: string): ZaggError {
  const message = `the shards of ${url} cannot be taken: it ${why}. Nothing was written.`;
  return new ZaggError("config", "shards-from", message, { url });
}
