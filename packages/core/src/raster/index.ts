export { drawProduct, type RasterOptions, variablesOf } from "./draw-product.js";
export type { Raster } from "./raster.js";
export { rasterGeoTiff, rasterZarr } from "./raster-store.js";
export { type RasterizeOptions, type RasterRule, type RasterSet, rasterize } from "./rasterize.js";
export type { GridChoice } from "./target-grid.js";
