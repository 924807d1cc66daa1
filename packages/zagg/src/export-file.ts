import { type ExportFormat, exportCells } from "@zagg/core";
import type { Product } from "@zagg/product";
import { checkFolder, writeWhole } from "./write-whole.js";

/**
 * Writes the occupied cells of a product to `path`, which appears (or changes) only when it is whole.
 *
 * @example await exportFile(await openProduct(readStore("product.zarr")), "csv", "cells.csv");
 */
export async function exportFile(product: Product, format: ExportFormat, path: string): Promise<void> {
  await checkFolder(path);
  await writeWhole(path, exportCells(product, format));
}
