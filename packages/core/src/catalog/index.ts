export { CatalogError, type CatalogErrorCode, isCatalogError } from "./catalog-error.js";
export { catalogText, loadCatalog, parseCatalog, writeCatalog } from "./catalog-file.js";
export { type CmrOptions, type CmrQuery, queryCmr, type UmmGranule } from "./cmr-client.js";
export { CmrError, type CmrErrorCode, isCmrError } from "./cmr-error.js";
export { cycleOf, cycleToDates, type DateRange } from "./cycle.js";
export { findGranules } from "./find-granules.js";
export { catalogFromGranules, type FromGranulesOptions } from "./from-granules.js";
export {
  type Footprint,
  type FootprintPolygon,
  type GranuleInfo,
  granuleInfo,
  type UnusableReason,
} from "./granule-info.js";
export {
  type CatalogGrid,
  catalogGrid,
  DEFAULT_GRID,
  type Grid,
  type ResolvedGrid,
  resolveGrid,
} from "./grid.js";
export type { Bbox, Catalog, CatalogFormat, CatalogGranule, CatalogMetadata, CatalogShard } from "./model.js";
