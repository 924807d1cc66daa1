import { openProduct, type ReadableStore } from "@zagg/product";
import { drawProduct, type RasterOptions, variablesOf } from "../raster/index.js";
import { ZaggError } from "../terms/index.js";
import { fourPanels, PANEL_VARIABLES, type PictureStyle, pictureOf } from "./product-picture.js";

export interface PngOptions extends RasterOptions, PictureStyle {
  /** The four maps of 0.1.0 in one picture: mean height, count, uncertainty, range. */
  readonly panels?: boolean;
}

/** What the four maps settle themselves. */
const SETTLED_BY_PANELS = ["variable", "all", "palette", "log", "limits"] as const;

/**
 * Draws variables of the product in a store as a PNG.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("map.png", await rasterStore(readStore("product.zarr"), { variable: "h_mean" }));
 */
export async function rasterStore(store: ReadableStore, options: PngOptions = {}): Promise<Uint8Array> {
  const product = await openProduct(store);
  if (!options.panels)
    return pictureOf(
      product,
      await drawProduct(product, options, variablesOf(product, options), true),
      options,
    );
  const idle = SETTLED_BY_PANELS.filter((name) => options[name] !== undefined);
  if (idle.length > 0) {
    const message = `${idle.join(", ")}: the four panels have variables and colours of their own; leave out either`;
    throw new ZaggError("config", "raster-output", message, { options: idle });
  }
  return fourPanels(product, await drawProduct(product, options, PANEL_VARIABLES, true));
}
