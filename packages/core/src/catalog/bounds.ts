import { coverageCells } from "@zagg/healpix";
import { type Bounds, utcTime } from "../terms/index.js";
import { withoutUnused } from "./assemble.js";
import { CatalogError } from "./catalog-error.js";
import type { Catalog } from "./model.js";
import { isSameSize, leftOutNotices, oneOfEach } from "./one-granule.js";
import { bboxCoverage } from "./region.js";
import { shardRank } from "./shard-order.js";
import { toldTimes } from "./time-span.js";

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
 * The part of a catalog that a run takes: of each granule one file (see {@link oneOfEach}), and what the config's
 * `bounds` touch: whole shards and whole granules, never single points. A granule whose times nothing tells stays.
 *
 * Throws CatalogError `option` for bounds that touch no shard, `duplicate-granule` for files that cannot be ranked.
 *
 * @example
 * const spatial = { west: -105, south: -76, east: -95, north: -73 };
 * const { catalog, notices } = applyBounds(await loadCatalog("catalog.json"), { spatial });
 * console.log(catalog.shards.length, notices);
 */
export function applyBounds(catalog: Catalog, bounds: Bounds | undefined): BoundedCatalog {
  const { left } = oneOfEach(catalog.granules, isSameSize);
  if (!bounds && left.length === 0) return { catalog, shardsOutside: 0, granulesOutside: 0, notices: [] };
  const { spatial } = bounds ?? {};
  const shards = spatial ? shardsInside(catalog, spatial) : catalog.shards;
  const out = new Set(left.map(({ id }) => id));
  const counts = catalog.granules.map((each) => !out.has(each.id) && isInPeriod(toldTimes(each), bounds));
  const bounded = withoutUnused({
    ...catalog,
    shards: shards.map(({ id, granules }) => ({ id, granules: granules.filter((g) => counts[g]) })),
  });
  const shardsOutside = catalog.shards.length - shards.length;
  const granulesOutside = catalog.granules.length - bounded.granules.length;
  const outOfBounds = granulesOutside - left.length;
  const timeless = bounds?.temporal ? bounded.granules.filter((each) => toldTimes(each).length === 0) : [];
  return {
    catalog: bounded,
    shardsOutside,
    granulesOutside,
    notices: [
      ...leftOutNotices(left),
      ...(bounds && shardsOutside + outOfBounds > 0
        ? [
            `bounds of the config leave out ${shardsOutside} shards and ${outOfBounds} granules of the catalog`,
          ]
        : []),
      ...(timeless.length > 0
        ? [`bounds.temporal keeps ${timeless.length} granules of which nothing tells when they were taken`]
        : []),
    ],
  };
}

function shardsInside({ metadata: { grid }, shards }: Catalog, box: NonNullable<Bounds["spatial"]>) {
  const cells = coverageCells(bboxCoverage([box.west, box.south, box.east, box.north], grid));
  const inBox = new Set(cells);
  const inside = shards.filter(({ id }) => inBox.has(shardRank(id, grid.parentOrder) as number));
  if (inside.length > 0) return inside;
  throw new CatalogError("option", "bounds.spatial of the config touches no shard of the catalog", {
    key: "bounds.spatial",
  });
}

function isInPeriod(times: readonly number[], bounds: Bounds | undefined): boolean {
  const { temporal } = bounds ?? {};
  if (temporal === undefined || times.length === 0) return true;
  return Math.max(...times) >= utcTime(temporal.start) && Math.min(...times) <= utcTime(temporal.end);
}
