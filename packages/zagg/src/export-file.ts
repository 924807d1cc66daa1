import { rename, rm, writeFile } from "node:fs/promises";
import { type ExportFormat, exportCells, isZaggError, type Product, ZaggError } from "@zagg/core";
import { isStorageError } from "@zagg/storage";

/** Writes the occupied cells of a product to `path`, which appears (or changes) only when it is whole. */
export async function exportFile(product: Product, format: ExportFormat, path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, exportCells(product, format));
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    if (isZaggError(cause) || isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZaggError(
      "store",
      "export-output",
      `${path} could not be written: ${why}`,
      { path },
      { cause },
    );
  }
}
