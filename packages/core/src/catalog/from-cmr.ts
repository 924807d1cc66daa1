import type { ShardGrid } from "@zagg/healpix";
import { type Config, defined, utcTime } from "../terms/index.js";
import { grownBbox, normalBox } from "./box.js";
import { type BuildReport, buildCatalog } from "./build-catalog.js";
import { CatalogError } from "./catalog-error.js";
import { type CmrOptions, queryCmr } from "./cmr-client.js";
import { cycleToDates, type DateRange } from "./cycle.js";
import { findProduct } from "./find-product.js";
import { type GranuleInfo, granuleInfo } from "./granule-info.js";
import { catalogGrid } from "./grid.js";
import type { Bbox, Catalog, CatalogMetadata } from "./model.js";
import { discoverCells, type Region, shardsBbox } from "./region.js";

export interface FromCmrOptions extends Partial<ShardGrid>, Partial<DateRange>, Region {
  /** Default: the config's, else ATL06. */
  readonly shortName?: string;
  /** Version and provider of the product; default: see {@link findProduct}. */
  readonly version?: string;
  readonly provider?: string;
  /** ICESat-2 repeat cycle, in place of dates: its days, and only granules that bear its number. */
  readonly cycle?: number;
  /** Widens footprints. Default 0. */
  readonly bufferKm?: number;
  readonly cmr?: CmrOptions;
}

/**
 * A catalog of what CMR has: asks for the granules in the box of the region's shards and maps their footprints to
 * shards. `bounds` of the config are defaults for dates and box. Throws CatalogError and CmrError.
 *
 * @example
 * const { catalog } = await catalogFromCmr(await loadConfig("atl06"), { cycle: 22 });
 * await writeCatalog(catalog, "catalog_ATL06_cycle22_order6.json");
 */
export async function catalogFromCmr(
  config: Config,
  options: FromCmrOptions = {},
): Promise<{ readonly catalog: Catalog; readonly report: BuildReport }> {
  const { spatial } = config.bounds ?? {};
  const bounds: Bbox | undefined = spatial && [spatial.west, spatial.south, spatial.east, spatial.north];
  const region = defined({
    area: options.area,
    polygons: options.polygons,
    bbox: options.bbox ?? (bounds && normalBox(bounds)),
  });
  const grid = catalogGrid(config, options);
  const dates = searchDates(config, options);
  const { version, provider } = options;
  const shortName = options.shortName ?? config.dataSource.shortName;
  const product = await findProduct(defined({ shortName, version, provider }), options.cmr);
  const shards = discoverCells(region, grid);
  const metadata = defined({
    grid,
    source: "cmr",
    ...product,
    ...dates,
    cycle: options.cycle,
    area: options.polygons ? undefined : (options.area ?? "antarctica"),
    polygon: options.polygonName,
    bbox: region.bbox,
    bufferKm: options.bufferKm === 0 ? undefined : options.bufferKm,
  });
  const searchBox = grownBbox(shardsBbox(shards, grid), options.bufferKm ?? 0);
  const pages = queryCmr({ ...product, ...dates, bbox: searchBox }, options.cmr);
  return buildCatalog(infosOf(pages), shards, metadata);
}

async function* infosOf(pages: ReturnType<typeof queryCmr>): AsyncGenerator<GranuleInfo> {
  for await (const page of pages) yield* page.map(granuleInfo);
}

function searchDates(config: Config, { cycle, startDate, endDate }: FromCmrOptions): DateRange {
  const { start, end } = config.bounds?.temporal ?? {};
  if (cycle !== undefined) {
    if (startDate === undefined && endDate === undefined) return cycleToDates(cycle);
    throw new CatalogError(
      "option",
      "a cycle and dates exclude each other: say --cycle or --start-date and --end-date",
      {
        key: "cycle",
      },
    );
  }
  const dates = { startDate: startDate ?? start?.slice(0, 10), endDate: endDate ?? end?.slice(0, 10) };
  return {
    startDate: day("start-date", dates.startDate),
    endDate: day("end-date", dates.endDate, dates.startDate),
  };
}

function day(option: string, value: string | undefined, from = value): string {
  if (value === undefined) {
    throw new CatalogError(
      "option",
      `--${option} is missing: say --cycle N, or --start-date and --end-date`,
      { key: option },
    );
  }
  if (!isDay(value))
    throw new CatalogError("option", `--${option} ${value}: not a day (YYYY-MM-DD)`, { key: option });
  if (from !== undefined && value < from) {
    throw new CatalogError("option", `--end-date ${value} is before --start-date ${from}`, { key: option });
  }
  return value;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(utcTime(text));
}

/** The name that 0.1.0 gave a catalog: `catalog_ATL06_cycle22_order6.json`. */
export function catalogName({ shortName, cycle, startDate, endDate, grid }: CatalogMetadata): string {
  const when = cycle === undefined ? `${startDate}_${endDate}` : `cycle${cycle}`;
  return `catalog_${shortName}_${when}_order${grid.parentOrder}.json`;
}
