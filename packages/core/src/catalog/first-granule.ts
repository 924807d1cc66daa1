import { CatalogError } from "./catalog-error.js";
import { type CmrOptions, type CmrQuery, queryCmr } from "./cmr-client.js";
import { DEFAULT_PRODUCT } from "./find-product.js";
import { granuleInfo } from "./granule-info.js";
import type { CatalogGranule } from "./model.js";

const SOME_DAYS: CmrQuery = { ...DEFAULT_PRODUCT, startDate: "2024-01-06", endDate: "2024-01-08" };

/** Some granule of the default product, to try things on. Throws CmrError, or CatalogError `no-granules`. */
export async function firstGranule(options: CmrOptions = {}): Promise<CatalogGranule> {
  for await (const page of queryCmr(SOME_DAYS, { ...options, pageSize: 10 })) {
    const usable = page.map(granuleInfo).find((info) => info.usable);
    if (usable) return usable.granule;
    break;
  }
  const { shortName, version } = SOME_DAYS;
  throw new CatalogError("no-granules", `CMR answers, but has no usable granule of ${shortName} ${version}`);
}
