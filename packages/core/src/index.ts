export * from "./aggregate/index.js";
export * from "./catalog/index.js";
export * from "./config/index.js";
export { EXIT_CODES, isZaggError, ZaggError, type ZaggErrorKind } from "./error.js";
export * from "./granule/index.js";
export * from "./product/index.js";
export * from "./raster/index.js";
export * from "./run/index.js";
export { VERSION } from "./version.js";
