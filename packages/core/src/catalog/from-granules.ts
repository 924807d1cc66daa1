import { basename, resolve } from "node:path";
import type { Config } from "../config/index.js";
import { assembleCatalog, type PlacedGranule } from "./assemble.js";
import { CatalogError } from "./catalog-error.js";
import { granuleShards } from "./granule-shards.js";
import { type CatalogGrid, catalogGrid } from "./grid.js";
import type { Catalog } from "./model.js";

export interface FromGranulesOptions extends Partial<CatalogGrid> {
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
 * otherwise. Throws CatalogError: `duplicate-granule` for two files of one name, `bad-granule` listing every file
 * that cannot be read or holds none of the config's groups: leaving such a file out silently would lose points.
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
      const { size, coverage, groups } = await granuleShards(path, config.dataSource, {
        ...grid,
        childOrder,
      });
      placed.push({ granule: { id: basename(path), file: resolve(path), size }, coverage });
      if (groups === 0)
        bad.push({ path, what: `has none of the groups ${config.dataSource.groups.join(", ")}` });
    } catch (error) {
      bad.push({ path, what: (error as Error).message });
    }
    options.onProgress?.(index + 1, paths.length);
  }
  if (bad.length > 0) throw badGranules(bad, paths.length);
  return assembleCatalog({ grid, source: "granules" }, placed);
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
