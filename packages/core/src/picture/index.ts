export type { Panel, PictureOptions } from "./picture.js";
export { type PngOptions, rasterStore } from "./picture-store.js";
export { encodePng } from "./png.js";
export type { PictureStyle } from "./product-picture.js";
