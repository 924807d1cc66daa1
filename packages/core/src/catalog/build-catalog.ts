import { type Coverage, isHealpixError } from "@zagg/healpix";
import { assembleCatalog, type PlacedGranule, withoutUnused } from "./assemble.js";
import { CatalogError } from "./catalog-error.js";
import { cycleOf } from "./cycle.js";
import { footprintCoverage } from "./footprint-coverage.js";
import type { Footprint, GranuleInfo } from "./granule-info.js";
import type { Catalog, CatalogMetadata, UnusableGranule, UnusableReason } from "./model.js";
import { isSameSize, oneOfEach } from "./one-granule.js";

/** What became of the granules that CMR sent. */
export interface BuildReport {
  /** Granules that CMR sent. */
  readonly found: number;
  /** Of another cycle than the one asked for: date ranges of cycles overlap by a day. */
  readonly otherCycle: number;
  /** In the box, but touching none of the shards. */
  readonly outside: number;
  /** Granules that cannot be used, each with its reason; in the catalog's metadata too. */
  readonly unusable: readonly UnusableGranule[];
}

/**
 * Maps granules to shards by their footprints. Of several files of one granule the newest is taken. Every granule that CMR sent is in the catalog or counted in the
 * report. Footprints become coverages as they arrive, so memory holds no more than ranges of cells.
 *
 * @param infos granules as granuleInfo makes them, in any order
 * @param shards nested ids at the parent order, ascending, as discoverCells finds them
 * @param metadata `cycle` keeps granules of that cycle only; `bufferKm` widens footprints
 *
 * @example
 * const query = { provider: "NSIDC_CPRD", shortName: "ATL06", version: "007" };
 * const days = { startDate: "2024-01-06", endDate: "2024-04-06" };
 * const infos = [];
 * for await (const page of queryCmr({ ...query, ...days })) infos.push(...page.map(granuleInfo));
 * const grid = { parentOrder: 6, latitude: "authalic" } as const;
 * const { catalog, report } = await buildCatalog(infos, discoverCells({ area: "antarctica" }, grid), { grid });
 * console.log(catalog.shards.length, report);
 */
export async function buildCatalog(
  infos: AsyncIterable<GranuleInfo> | Iterable<GranuleInfo>,
  shards: readonly number[],
  metadata: CatalogMetadata,
): Promise<{ readonly catalog: Catalog; readonly report: BuildReport }> {
  const placed = new Map<string, PlacedGranule & { readonly revised: string }>();
  const unusable: UnusableGranule[] = [];
  let [found, otherCycle] = [0, 0];
  for await (const info of infos) {
    found++;
    const id = info.usable ? info.granule.id : info.id;
    const cycle = cycleOf(id);
    if (metadata.cycle !== undefined && cycle !== undefined && cycle !== metadata.cycle) {
      otherCycle++;
    } else if (!info.usable) {
      unusable.push({ id, reason: info.reason });
    } else {
      const { granule, footprint, revised } = info;
      const coverage = coverageOrNone(footprint, metadata);
      if (coverage === undefined) {
        unusable.push({ id, reason: "no-footprint" });
        continue;
      }
      const other = placed.get(id);
      if (other) unusable.push({ id, reason: "duplicate" });
      if (other && other.revised >= revised) continue;
      placed.set(id, { granule, revised, coverage });
    }
  }
  const files = [...placed].map(([id, each]) => ({ ...each, id, size: each.granule.size }));
  const { taken, left } = oneOfEach(files, isSameSize);
  unusable.push(...left);
  unusable.sort((a, b) => (a.id < b.id ? -1 : 1));
  const all = assembleCatalog({ ...metadata, ...(unusable.length > 0 && { unusable }) }, taken, shards);
  const catalog = withoutUnused(all);
  const outside = all.granules.length - catalog.granules.length;
  const report = { found, otherCycle, outside, unusable };
  if (catalog.granules.length === 0) throw noGranules(metadata, report);
  return { catalog, report };
}

/** Undefined for a ring that is none: one of whose arcs joins opposite places. */
function coverageOrNone(footprint: Footprint, { grid, bufferKm }: CatalogMetadata): Coverage | undefined {
  try {
    return footprintCoverage(footprint, grid, bufferKm);
  } catch (error) {
    if (isHealpixError(error)) return undefined;
    throw error;
  }
}

/** How many unusable granules of each reason. */
export function countReasons(unusable: readonly UnusableGranule[]): Partial<Record<UnusableReason, number>> {
  const counts: Partial<Record<UnusableReason, number>> = {};
  for (const { reason } of unusable) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function noGranules(metadata: CatalogMetadata, report: BuildReport): CatalogError {
  const { shortName, version, provider, startDate, endDate } = metadata;
  const { found, otherCycle, outside, unusable } = report;
  const asked = `${shortName} ${version} of ${provider}, ${startDate} to ${endDate}`;
  const reasons = Object.entries(countReasons(unusable)).map(([reason, count]) => `${count} ${reason}`);
  const fates = [
    ...(otherCycle > 0 ? [`${otherCycle} of another cycle`] : []),
    ...(outside > 0 ? [`${outside} outside of the region`] : []),
    ...reasons,
  ];
  return new CatalogError(
    "no-granules",
    found === 0
      ? `CMR has no granule of ${asked} there. Check the product, version, dates and region.`
      : `CMR has ${found} granules of ${asked} there, but none that can be used (${fates.join(", ")}).`,
    { ...report },
    { kind: "nothing" },
  );
}
