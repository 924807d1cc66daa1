import { coverageCells } from "@zagg/healpix";
import type { Bounds } from "../terms/index.js";
import { withoutUnused } from "./assemble.js";
import { CatalogError } from "./catalog-error.js";
import type { Catalog } from "./model.js";
import { bboxCoverage } from "./region.js";
import { shardRank } from "./shard-order.js";

/** What {@link applyBounds} took out of a catalog. */
export interface BoundedCatalog {
  readonly catalog: Catalog;
  /** Shards that the box does not touch. */
  readonly shardsOutside: number;
  /** Granules that lie before or after the period, or in none of the shards left. */
  readonly granulesOutside: number;
  /** The same in words, for the user. */
  readonly notices: readonly string[];
}

/**
 * The part of a catalog that a config's `bounds` touch: whole shards and whole granules, never single points. A
 * granule whose times the catalog does not tell stays.
 */
export function applyBounds(catalog: Catalog, bounds: Bounds | undefined): BoundedCatalog {
  if (!bounds) return { catalog, shardsOutside: 0, granulesOutside: 0, notices: [] };
  const { temporal, spatial } = bounds;
  const { grid } = catalog.metadata;
  const inBox =
    spatial &&
    new Set(coverageCells(bboxCoverage([spatial.west, spatial.south, spatial.east, spatial.north], grid)));
  const shards = inBox
    ? catalog.shards.filter(({ id }) => inBox.has(shardRank(id, grid.parentOrder) as number))
    : catalog.shards;

  const inPeriod = catalog.granules.map(({ start, end }) => {
    const [first, last] = [Date.parse(start ?? end ?? ""), Date.parse(end ?? start ?? "")];
    return !(temporal && (last < Date.parse(temporal.start) || first > Date.parse(temporal.end)));
  });
  const bounded = withoutUnused({
    ...catalog,
    shards: shards.map(({ id, granules }) => ({ id, granules: granules.filter((g) => inPeriod[g]) })),
  });
  const shardsOutside = catalog.shards.length - shards.length;
  const granulesOutside = catalog.granules.length - bounded.granules.length;
  if (shards.length === 0) {
    throw new CatalogError("option", "bounds.spatial of the config touches no shard of the catalog", {
      key: "bounds.spatial",
    });
  }
  return {
    catalog: bounded,
    shardsOutside,
    granulesOutside,
    notices:
      shardsOutside + granulesOutside > 0
        ? [
            `bounds of the config leave out ${shardsOutside} shards and ${granulesOutside} granules of the catalog`,
          ]
        : [],
  };
}
