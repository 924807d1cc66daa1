import type { Catalog, CatalogMetadata } from "./model.js";

/** A catalog in numbers; `zagg catalog inspect --json`. */
export interface CatalogSummary {
  readonly format: "zagg-catalog-summary/1";
  readonly metadata: CatalogMetadata;
  readonly granules: number;
  readonly shards: number;
  /** Shards of the region that no granule touches. */
  readonly emptyShards: number;
  /** Granule-shard pairs: how often granules are opened in a run. */
  readonly pairs: number;
  /** Over shards that have granules; zeros where there are none. */
  readonly granulesPerShard: { readonly min: number; readonly mean: number; readonly max: number };
  /** Bytes of all granules, where every one's size is known. */
  readonly bytes?: number;
}

/**
 * Counts what a catalog holds.
 *
 * @example summarizeCatalog(await loadCatalog("catalog.json")).granules; // => 2
 */
export function summarizeCatalog({ metadata, granules, shards }: Catalog): CatalogSummary {
  let pairs = 0;
  let emptyShards = 0;
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  for (const { granules: touching } of shards) {
    pairs += touching.length;
    if (touching.length === 0) emptyShards++;
    else [min, max] = [Math.min(min, touching.length), Math.max(max, touching.length)];
  }
  const occupied = shards.length - emptyShards;
  const sizes = granules.map(({ size }) => size).filter((size) => size !== undefined);
  return {
    format: "zagg-catalog-summary/1",
    metadata,
    granules: granules.length,
    shards: shards.length,
    emptyShards,
    pairs,
    granulesPerShard: occupied === 0 ? { min: 0, mean: 0, max: 0 } : { min, mean: pairs / occupied, max },
    ...(sizes.length === granules.length && { bytes: sizes.reduce((sum, size) => sum + size, 0) }),
  };
}
