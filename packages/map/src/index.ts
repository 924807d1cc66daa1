export { type Binner, binner, pixelsOf } from "./bin.js";
export { type CellIndex, type CellLayout, cellIndex } from "./cell-layout.js";
export { coastline, type LonLatLine } from "./coastline.js";
export { type ColourScale, colourIndex, LIMIT_PERCENTILES, limitsOf } from "./colour-scale.js";
export { CRS_NAMES, type Crs, type Projection } from "./crs.js";
export { extentOfLines } from "./extent.js";
export {
  boundsOf,
  degreesLabel,
  type GraticuleLine,
  graticule,
  graticuleOf,
  type LonLatBounds,
} from "./graticule.js";
export { nearestPositions } from "./nearest.js";
export { isPaletteName, PALETTE_NAMES, PALETTE_SIZE, type PaletteName, palette } from "./palette.js";
export { columnCentres, type Extent, extentOf, gridOver, type PixelGrid, rowCentres } from "./pixel-grid.js";
export { projectionOf } from "./projection.js";
export {
  HATCH_LINE,
  HATCH_PERIOD,
  MISSING_CHUNK_STYLE,
  NO_VALUE_STYLES,
  type NoValueStyle,
  OUTSIDE_STYLE,
  type Rgb,
} from "./state-style.js";
export { niceStep, tickLabel, ticksOf } from "./ticks.js";
