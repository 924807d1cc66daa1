import { type Coverage, coverageCells, coveragesPerCell, type ShardGrid, unionOf } from "@zagg/healpix";
import { AREA_NAMES, areaCoverage } from "./areas/index.js";
import type { PlacedGranule } from "./assemble.js";
import { CatalogError, isCatalogError } from "./catalog-error.js";
import { discoverCells, exchanged, nameOf, type Region, shardsBbox } from "./region.js";

/**
 * Refuses granules of which no point lies in the region, or none anywhere: a catalog of them would hold nothing.
 * Throws CatalogError `no-granules`, which says where the points are and what to change.
 */
export function checkPlaced(
  placed: readonly PlacedGranule[],
  shards: readonly number[] | undefined,
  region: Region,
  grid: ShardGrid,
): void {
  const reached = unionOf(placed.map(({ coverage }) => coverage));
  if (reached.ranges.length === 0) {
    throw nothing(
      `no row of ${placed.length === 1 ? "the granule" : `the ${placed.length} granules`} has usable coordinates: the ` +
        "groups are empty, or all latitudes and longitudes are missing. No catalog was made.",
    );
  }
  if (shards === undefined || touches(reached, shards)) return;
  const cells = coverageCells(reached);
  throw nothing(
    `${placed.length} of ${placed.length} granules touch no shard of the region (${nameOf(region)}). The shards that ` +
      `their points lie in are within ${shardsBbox(cells, grid).join(",")} (west,south,east,north). No catalog was made. ` +
      remedy(reached, region, grid),
  );
}

function remedy(reached: Coverage, region: Region, grid: ShardGrid): string {
  const other = exchanged(region);
  if (other && touches(reached, cellsOrNone(other, grid)))
    return `With latitude and longitude exchanged${other.bbox ? `, ${other.bbox.join(",")},` : ""} they would lie there: longitude comes first.`;
  const areas = AREA_NAMES.filter(
    (name) => name !== "world" && touches(reached, coverageCells(areaCoverage(name, grid))),
  );
  const named = areas.map((name) => `, such as --area ${name}`).join("");
  return `Leave the region out to take the shards that hold points, or name another${named}.`;
}

function cellsOrNone(region: Region, grid: ShardGrid): readonly number[] {
  try {
    return discoverCells(region, grid);
  } catch (error) {
    if (isCatalogError(error)) return [];
    throw error;
  }
}

function touches(reached: Coverage, shards: readonly number[]): boolean {
  return coveragesPerCell([reached], shards).some(({ length }) => length > 0);
}

function nothing(message: string): CatalogError {
  return new CatalogError("no-granules", message, {}, { kind: "nothing" });
}
