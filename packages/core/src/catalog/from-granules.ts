import { basename, resolve } from "node:path";
import type { ShardGrid } from "@zagg/healpix";
import type { Config } from "../terms/index.js";
import { assembleCatalog, type PlacedGranule } from "./assemble.js";
import { CatalogError } from "./catalog-error.js";
import { definedOnly } from "./defined-only.js";
import { granuleShards } from "./granule-shards.js";
import { catalogGrid } from "./grid.js";
import type { Catalog, CatalogMetadata } from "./model.js";
import { discoverCells, type Region } from "./region.js";

export interface FromGranulesOptions extends Partial<ShardGrid>, Region {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A granule that cannot be catalogued. */
interface BadGranule {
  readonly path: string;
  readonly what: string;
}

/** How many bad granules an error's message lists; `data.granules` has them all. */
const LISTED = 10;

/**
 * A catalog of granules on disk, by the points they really hold. Its grid is the config's, unless options say
 * otherwise; its shards are those of the region, if one is given, else those that hold points.
 *
 * Throws CatalogError: `duplicate-granule` for two files of one name, `bad-granule` listing every file that cannot
 * be read or holds none of the config's groups: leaving such a file out silently would lose points.
 *
 * @param paths files, as {@link findGranules} finds them
 */
export async function catalogFromGranules(
  paths: readonly string[],
  config: Config,
  options: FromGranulesOptions = {},
): Promise<Catalog> {
  const grid = catalogGrid(config, options);
  const { childOrder } = config.output.grid;
  const placed: PlacedGranule[] = [];
  const bad: BadGranule[] = [];
  for (const [index, path] of paths.entries()) {
    options.signal?.throwIfAborted();
    try {
      const granule = { id: basename(path), file: resolve(path) };
      const { coverage, groups, ...facts } = await granuleShards(path, config.dataSource, {
        ...grid,
        childOrder,
      });
      placed.push({ granule: { ...granule, ...facts }, coverage });
      if (groups === 0)
        bad.push({ path, what: `has none of the groups ${config.dataSource.groups.join(", ")}` });
    } catch (error) {
      bad.push({ path, what: (error as Error).message });
    }
    options.onProgress?.(index + 1, paths.length);
  }
  if (bad.length > 0) throw badGranules(bad, paths.length);
  const metadata = definedOnly<CatalogMetadata>({
    grid,
    source: "granules",
    area: options.area,
    polygon: options.polygonName,
    bbox: options.bbox,
  });
  const { area, polygons, bbox } = options;
  if (!area && !polygons && !bbox) return assembleCatalog(metadata, placed);
  const region = discoverCells(polygons || area ? options : { area: "world", ...(bbox && { bbox }) }, grid);
  return assembleCatalog(metadata, placed, region);
}

function badGranules(bad: readonly BadGranule[], total: number): CatalogError {
  const listed = bad.slice(0, LISTED).map(({ path, what }) => `  ${basename(path)}: ${what}`);
  if (bad.length > LISTED) listed.push(`  … and ${bad.length - LISTED} more`);
  return new CatalogError(
    "bad-granule",
    `${bad.length} of ${total} granules cannot be catalogued:\n${listed.join("\n")}\n` +
      "No catalog was made. Replace or remove these files, or name the config of their product.",
    { granules: bad },
  );
}
