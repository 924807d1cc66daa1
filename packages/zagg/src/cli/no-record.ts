import { isZaggError, ZaggError } from "@zagg/core";
import { openProduct } from "@zagg/product";
import { readStore } from "../read-store.js";

/**
 * What a command that needs the record of a run throws where there is none: `error`, and beside it what lies at `location` all
 * the same, since products are copied and published without their records, and a group of one is easily given for it.
 */
export async function explainNoRecord(location: string, error: unknown): Promise<unknown> {
  if (!isZaggError(error) || error.code !== "no-record") return error;
  const product = await openProduct(readStore(location)).catch(() => undefined);
  if (!product) return error;
  const what =
    product.path === ""
      ? `it is the group of a product: give ${location.replace(/\/+[^/]*\/*$/, "")}`
      : "the product itself is there: raster, at, export, stac and view need no record of its run";
  return new ZaggError(error.kind, error.code, `${error.message}; ${what}`, error.data, { cause: error });
}
