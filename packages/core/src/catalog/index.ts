export { CatalogError, type CatalogErrorCode, isCatalogError } from "./catalog-error.js";
export { catalogText, loadCatalog, parseCatalog, writeCatalog } from "./catalog-file.js";
export { findGranules } from "./find-granules.js";
export {
  type CatalogGrid,
  catalogGrid,
  DEFAULT_GRID,
  type Grid,
  type ResolvedGrid,
  resolveGrid,
} from "./grid.js";
export type { Bbox, Catalog, CatalogFormat, CatalogGranule, CatalogMetadata, CatalogShard } from "./model.js";
