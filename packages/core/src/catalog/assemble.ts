import { CatalogError } from "./catalog-error.js";
import type { Catalog, CatalogGranule, CatalogMetadata, CatalogShard } from "./model.js";
import { shardId } from "./shard-order.js";

/** A granule and the shards it touches, as nested ids at the parent order. */
export interface PlacedGranule {
  readonly granule: CatalogGranule;
  readonly shards: Iterable<number>;
}

/**
 * Turns "which shards does each granule touch" round: shards in canonical order, each with its granules. With a
 * `region` (nested ids) exactly its shards make the catalog, those without granules included; without, all that
 * are touched do. Granules that touch none of them stay in the list only if `keepAll`.
 */
export function assembleCatalog(
  metadata: CatalogMetadata,
  placed: readonly PlacedGranule[],
  options: { readonly region?: Iterable<number>; readonly keepAll?: boolean } = {},
): Catalog {
  const shards = new Map<number, number[]>();
  for (const shard of options.region ?? []) shards.set(shard, []);

  const granules: CatalogGranule[] = [];
  const sorted = [...placed].sort((a, b) => (a.granule.id < b.granule.id ? -1 : 1));
  for (const { granule, shards: touched } of sorted) {
    if (granule.id === granules.at(-1)?.id) throw duplicate(granule, granules.at(-1) as CatalogGranule);
    let used = options.keepAll ?? false;
    for (const shard of touched) {
      const list = shards.get(shard);
      if (list) list.push(granules.length);
      else if (options.region === undefined) shards.set(shard, [granules.length]);
      else continue;
      used = true;
    }
    if (used) granules.push(granule);
  }

  const { parentOrder } = metadata.grid;
  const canonical = [...shards].sort(([a], [b]) => a - b);
  return {
    format: "zagg-catalog/2",
    metadata,
    granules,
    shards: canonical.map(
      ([nested, list]): CatalogShard => ({ id: shardId(nested, parentOrder), granules: list }),
    ),
  };
}

function duplicate(a: CatalogGranule, b: CatalogGranule): CatalogError {
  const places = [a, b].map((g) => g.file ?? g.s3 ?? g.https);
  return new CatalogError(
    "duplicate-granule",
    `granule ${a.id} is there twice: ${places.join(" and ")}. Its points would count double; leave one of them out.`,
    { granule: a.id, places },
  );
}
