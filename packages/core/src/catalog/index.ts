export { AREA_NAMES, type AreaName } from "./areas/index.js";
export { withoutUnused } from "./assemble.js";
export { applyBounds, type BoundedCatalog } from "./bounds.js";
export { checkBbox } from "./box.js";
export { type BuildReport, buildCatalog, countReasons } from "./build-catalog.js";
export { CatalogError, type CatalogErrorCode, isCatalogError } from "./catalog-error.js";
export { loadCatalog, parseCatalog, writeCatalog } from "./catalog-file.js";
export { catalogSvg } from "./catalog-svg.js";
export { type CmrOptions, type CmrQuery, queryCmr, type UmmGranule } from "./cmr-client.js";
export { CmrError, type CmrErrorCode, isCmrError } from "./cmr-error.js";
export { cycleToDates, type DateRange } from "./cycle.js";
export { findGranules } from "./find-granules.js";
export { firstGranule } from "./first-granule.js";
export { catalogFromCmr, catalogName, type FromCmrOptions } from "./from-cmr.js";
export { catalogFromGranules, type FromGranulesOptions } from "./from-granules.js";
export { type Footprint, type FootprintPolygon, type GranuleInfo, granuleInfo } from "./granule-info.js";
export { readGranuleName } from "./granule-name.js";
export { type ResolvedGrid, resolveGrid } from "./grid.js";
export type {
  Bbox,
  Catalog,
  CatalogFormat,
  CatalogGranule,
  CatalogMetadata,
  CatalogShard,
  UnusableGranule,
  UnusableReason,
} from "./model.js";
export { leftOutNotices } from "./one-granule.js";
export { loadPolygon, polygonNotices, polygonToBbox, type RegionPolygon } from "./polygon.js";
export { discoverCells, type Region } from "./region.js";
export { type CatalogSummary, summarizeCatalog } from "./summary.js";
export { type TimeSpan, timeSpan } from "./time-span.js";
