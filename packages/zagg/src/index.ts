// The public API. Everything that users may rely on is named here; index.test.ts pins it.

// Configs
// Catalogs
// Functions, expressions and statistics
// Single steps of a run, for other schedulers
// Products
// Errors and version
export {
  builtInConfigs,
  builtInText,
  type Catalog,
  CatalogError,
  type CatalogGranule,
  type Config,
  ConfigError,
  type ConfigProblem,
  catalogFromGranules,
  cellStatistics,
  configSchema,
  defaultConfig,
  describeProblem,
  EXIT_CODES,
  ExpressionError,
  estimateRun,
  evaluateExpression,
  findGranules,
  isCatalogError,
  isConfigError,
  isZaggError,
  type LoadOptions,
  loadCatalog,
  loadConfig,
  makePlan,
  openProduct,
  openStores,
  type Plan,
  type PngOptions,
  type Product,
  parseCatalog,
  parseConfig,
  planProduct,
  processShard,
  type RunEstimate,
  type RunProgress,
  type RunSummary,
  rasterStore,
  resolveFunction,
  runPlan,
  shardContext,
  type Verification,
  validateConfig,
  verifyProduct,
  writeCatalog,
  writeShard,
  writeState,
  writeTemplate,
  ZaggError,
  type ZaggErrorKind,
} from "@zagg/core";
// Bytes in and out
export { fileSource, isStorageError, localStore, memoryStore, StorageError, type Store } from "@zagg/storage";
export { type AggOptions, agg } from "./agg.js";
export {
  makeSample,
  type Sample,
  type SampleOptions,
  type SampleSize,
} from "./sample/index.js";
