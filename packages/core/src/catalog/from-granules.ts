import { basename, resolve } from "node:path";
import type { ShardGrid } from "@zagg/healpix";
import type { AbsentGroup } from "../granule/index.js";
import { type Config, defined } from "../terms/index.js";
import { assembleCatalog, type PlacedGranule } from "./assemble.js";
import { type BadGranule, badGranules, emptyGroupNotices, whyNoGroup } from "./bad-granule.js";
import { checkPlaced } from "./check-placed.js";
import { granuleShards } from "./granule-shards.js";
import { catalogGrid } from "./grid.js";
import type { Catalog } from "./model.js";
import { oneOfEach, pairsToCompare } from "./one-granule.js";
import { discoverCells, type Region } from "./region.js";
import { sameBytes } from "./same-bytes.js";

export interface FromGranulesOptions extends Partial<ShardGrid>, Region {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** Told of groups that are there but empty, and so count as absent (default: nobody). */
  readonly onNotice?: (line: string) => void;
}

/**
 * A catalog of granules on disk, by the points they really hold. Its grid is the config's, unless options say
 * otherwise; its shards are those of the region, if one is given, else those that hold points. Of several files of one
 * granule the newest is taken; `metadata.unusable` lists the others.
 *
 * Throws CatalogError: `duplicate-granule` for two files of one name, or of one granule that cannot be ranked;
 * `bad-granule` listing every file that cannot be read or holds none of the config's groups: leaving such a file out
 * silently would lose points; `no-granules` where not one point lies in the region.
 *
 * @param paths files, as {@link findGranules} finds them
 *
 * @example
 * const catalog = await catalogFromGranules(await findGranules("data/"), await loadConfig("atl06"));
 * await writeCatalog(catalog, "catalog.json");
 */
export async function catalogFromGranules(
  paths: readonly string[],
  config: Config,
  options: FromGranulesOptions = {},
): Promise<Catalog> {
  const grid = catalogGrid(config, options);
  const region = searched(options);
  const shards = region && discoverCells(region, grid);
  const files = paths.map((path) => ({ id: basename(path), file: resolve(path) }));
  const { taken, left } = oneOfEach(files, await copiesAmong(files));
  const placed: PlacedGranule[] = [];
  const bad: BadGranule[] = [];
  const lacking = new Map<string, readonly AbsentGroup[]>();
  for (const [index, { id, file }] of taken.entries()) {
    options.signal?.throwIfAborted();
    try {
      const { coverage, groups, absent, ...facts } = await granuleShards(file, config.dataSource, {
        ...grid,
        childOrder: config.output.grid.childOrder,
      });
      placed.push({ granule: { id, file, ...facts }, coverage });
      if (absent.length === groups) bad.push({ path: file, what: whyNoGroup(config, absent) });
      else lacking.set(id, absent);
    } catch (error) {
      bad.push({ path: file, what: (error as Error).message });
    }
    options.onProgress?.(index + 1, taken.length);
  }
  if (bad.length > 0) throw badGranules(bad, taken.length);
  for (const line of emptyGroupNotices(lacking)) options.onNotice?.(line);
  const metadata = defined({
    grid,
    source: "granules",
    area: options.area,
    polygon: options.polygonName,
    bbox: options.bbox,
    unusable: left.length > 0 ? left : undefined,
  });
  checkPlaced(placed, shards, region ?? {}, grid);
  return assembleCatalog(metadata, placed, shards);
}

/** Where granules are wanted; undefined for wherever they hold points. A box alone is anywhere on the Earth. */
function searched({ area, polygons, polygonName, bbox }: Region): Region | undefined {
  if (!area && !polygons) return bbox && { area: "world", bbox };
  return defined({ area, polygons, polygonName, bbox });
}

interface FileOnDisk {
  readonly id: string;
  readonly file: string;
}

/** Tells which of the files that may be copies of each other are. */
async function copiesAmong(files: readonly FileOnDisk[]): Promise<(a: FileOnDisk, b: FileOnDisk) => boolean> {
  const copies = new Map<FileOnDisk, Set<FileOnDisk>>();
  for (const [a, b] of pairsToCompare(files)) {
    if (await sameBytes(a.file, b.file)) copies.set(a, (copies.get(a) ?? new Set()).add(b));
  }
  return (a, b) => copies.get(a)?.has(b) ?? false;
}
