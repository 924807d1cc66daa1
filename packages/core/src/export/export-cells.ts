import type { Product } from "@zagg/product";
import { parquetBytes } from "./parquet.js";
import { csvText, geojsonText } from "./text-formats.js";

/**
 * Formats of {@link exportCells}.
 *
 * @example EXPORT_FORMATS; // => ["csv", "geojson", "parquet"]
 */
export const EXPORT_FORMATS = ["csv", "geojson", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * The occupied cells of a product as a file, piece by piece: memory does not grow with the product.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("cells.csv", exportCells(await openProduct(readStore("product.zarr")), "csv"));
 */
export async function* exportCells(product: Product, format: ExportFormat): AsyncIterable<Uint8Array> {
  if (format === "parquet") return yield* parquetBytes(product);
  const utf8 = new TextEncoder();
  for await (const text of format === "csv" ? csvText(product) : geojsonText(product))
    yield utf8.encode(text);
}
