import { type Coverage, coverageCells, coveragesPerCell, unionOf } from "@zagg/healpix";
import { CatalogError } from "./catalog-error.js";
import type { Catalog, CatalogGranule, CatalogMetadata } from "./model.js";
import { shardId } from "./shard-order.js";

/** A granule and the shards it touches, at the parent order. */
export interface PlacedGranule {
  readonly granule: CatalogGranule;
  readonly coverage: Coverage;
}

/**
 * Turns "which shards does each granule touch" round: shards in canonical order, each with its granules. Exactly
 * the shards of `region` (nested ids, ascending) make the catalog, those without granules included; without a region
 * all that are touched do. Throws CatalogError `duplicate-granule`.
 */
export function assembleCatalog(
  metadata: CatalogMetadata,
  placed: readonly PlacedGranule[],
  region?: readonly number[],
): Catalog {
  const sorted = [...placed].sort((a, b) => (a.granule.id < b.granule.id ? -1 : 1));
  const granules = sorted.map(({ granule }) => granule);
  for (let i = 1; i < granules.length; i++) {
    const [a, b] = [granules[i - 1] as CatalogGranule, granules[i] as CatalogGranule];
    if (a.id === b.id) throw duplicate(a, b);
  }
  const coverages = sorted.map(({ coverage }) => coverage);
  const cells = region ?? coverageCells(unionOf(coverages));
  const perCell = coveragesPerCell(coverages, cells);
  const { parentOrder } = metadata.grid;
  return {
    format: "zagg-catalog/2",
    metadata,
    granules,
    shards: cells.map((nested, i) => ({
      id: shardId(nested, parentOrder),
      granules: perCell[i] as number[],
    })),
  };
}

/** The catalog without the granules that touch none of its shards. */
export function withoutUnused(catalog: Catalog): Catalog {
  const used = new Set(catalog.shards.flatMap(({ granules }) => granules));
  const kept = [...catalog.granules.keys()].filter((position) => used.has(position));
  const moved = new Map(kept.map((position, index) => [position, index]));
  return {
    ...catalog,
    granules: kept.map((position) => catalog.granules[position] as CatalogGranule),
    shards: catalog.shards.map(({ id, granules }) => ({
      id,
      granules: granules.map((position) => moved.get(position) as number),
    })),
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
