export { type Panel, type PictureOptions, renderPng } from "./picture.js";
export { encodePng } from "./png.js";
export type { PictureStyle } from "./product-picture.js";
export type { Raster } from "./raster.js";
export {
  type PngOptions,
  type RasterInput,
  type RasterOptions,
  rasterGeoTiff,
  rasterStore,
  rasterZarr,
} from "./raster-store.js";
export { type RasterizeOptions, type RasterRule, type RasterSet, rasterize } from "./rasterize.js";
export { DEFAULT_SPACING, type GridChoice } from "./target-grid.js";
