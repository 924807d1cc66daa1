import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readText } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import { format2Text, parseFormat2 } from "./format-2.js";
import { legacyText, parseLegacy } from "./legacy-format.js";
import type { Catalog, CatalogFormat } from "./model.js";

/**
 * Reads a catalog of either format. Throws CatalogError `unreadable`, or as {@link parseCatalog}.
 *
 * @example
 * const { granules, shards } = await loadCatalog("catalog.json");
 * console.log(`${granules.length} granules touch ${shards.length} shards`);
 */
export async function loadCatalog(path: string): Promise<Catalog> {
  const unreadable = (why: string, cause?: unknown) =>
    new CatalogError(
      "unreadable",
      `catalog ${path}: ${why}. Make one with: zagg catalog --granules FOLDER --output catalog.json`,
      { path },
      { cause },
    );
  return parseCatalog(await readText(path, unreadable), path);
}

/**
 * Parses the text of a catalog, format 2 or 0.1.0; `path` says where it came from: messages name it, and `file`
 * of its granules is relative to it. Throws CatalogError `invalid` or `duplicate-granule`.
 *
 * @example
 * import { readFile } from "node:fs/promises";
 * const catalog = parseCatalog(await readFile("catalog.json", "utf8"), "catalog.json");
 */
export function parseCatalog(text: string, path: string): Catalog {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CatalogError("invalid", `catalog ${path} is not JSON: ${(error as Error).message}`, { path });
  }
  const legacy = typeof document === "object" && document !== null && "catalog" in document;
  return legacy ? parseLegacy(document, path) : parseFormat2(document, path);
}

/** The text of a catalog in its format; `path` is where it will lie. Equal catalogs give equal bytes. */
export function catalogText(catalog: Catalog, path: string, format: CatalogFormat = catalog.format): string {
  return format === "0.1.0" ? legacyText(catalog, path) : format2Text(catalog, path);
}

/**
 * Writes a catalog whole or not at all, replacing an older one. Throws CatalogError `unwritable`.
 *
 * @example await writeCatalog(await loadCatalog("catalog.json"), "copy.json");
 */
export async function writeCatalog(catalog: Catalog, path: string, format?: CatalogFormat): Promise<void> {
  const text = catalogText(catalog, path, format);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new CatalogError(
      "unwritable",
      `catalog ${path} could not be written: ${(error as Error).message}`,
      { path },
      { cause: error },
    );
  }
}
