import { ZaggError, type ZaggErrorKind } from "../terms/index.js";

/**
 * Why a catalog, or a request for one, is refused.
 *
 * - `unreadable`: the file is not there or may not be read
 * - `invalid`: not JSON, not one of the known formats, or it contradicts itself
 * - `grid`: its grid is not the config's
 * - `duplicate-granule`: two granules of one name
 * - `no-granules`: nothing found where granules were said to be, or nothing of them in the region
 * - `no-product`: CMR knows no product of that name, version and provider
 * - `bad-granule`: granules that cannot be read or hold nothing the config names; nothing was written
 * - `option`: an option is wrong, or two exclude each other
 * - `polygon`: the GeoJSON cannot be used
 * - `unwritable`: the catalog could not be written
 */
export type CatalogErrorCode =
  | "unreadable"
  | "invalid"
  | "grid"
  | "duplicate-granule"
  | "no-granules"
  | "no-product"
  | "bad-granule"
  | "option"
  | "polygon"
  | "unwritable";

interface CatalogErrorOptions extends ErrorOptions {
  readonly kind?: ZaggErrorKind;
}

/**
 * A catalog cannot be made or used. `data` holds `path`, `key`, `granules` … as the code suggests.
 *
 * @example await loadCatalog("missing.json").catch((error: CatalogError) => error.code); // => "unreadable"
 */
export class CatalogError extends ZaggError {
  override readonly name = "CatalogError";
  declare readonly code: CatalogErrorCode;

  constructor(
    code: CatalogErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    { kind = code === "unwritable" ? "store" : "config", ...options }: CatalogErrorOptions = {},
  ) {
    super(kind, code, message, data, options);
  }
}

/**
 * Whether `value` is a {@link CatalogError}.
 *
 * @example await loadCatalog("missing.json").catch(isCatalogError); // => true
 */
export function isCatalogError(value: unknown): value is CatalogError {
  return value instanceof CatalogError;
}
