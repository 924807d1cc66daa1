import {
  isZaggError,
  openStores,
  readPlan,
  type StacItem,
  stacItem,
  type TimeSpan,
  ZaggError,
} from "@zagg/core";
import { openProduct } from "@zagg/product";
import { isStorageError } from "@zagg/storage";
import { type ReadStoreOptions, readStore } from "./read-store.js";

export interface StoreItemOptions extends ReadStoreOptions {
  /** Where readers of the item find the store. Default: `location`. */
  readonly href?: string;
  /** When the data were taken. Default: what the record of its run says, which lies beside the store. */
  readonly time?: TimeSpan;
}

/**
 * The STAC Item of the product at a location: a folder, `s3://bucket/prefix` or an `https://` address. Throws
 * `ZaggError` (`config`, `no-time`) where neither `time` nor a record tells when its data were taken.
 *
 * @example
 * const item = await storeItem("product.zarr", { href: "https://example.org/product.zarr" });
 * console.log(item.bbox);
 */
export async function storeItem(
  location: string,
  { href = location, time, ...reading }: StoreItemOptions = {},
): Promise<StacItem> {
  const product = await openProduct(readStore(location, reading));
  const known = time ?? (await recordedTime(location, reading));
  if (known) return stacItem(product, { href, time: known });
  const message = `nothing tells when the data of ${product.url} were taken: it has no record of its run beside it, or one without times; say --start-date and --end-date`;
  throw new ZaggError("config", "no-time", message, { url: product.url });
}

async function recordedTime(location: string, reading: ReadStoreOptions): Promise<TimeSpan | undefined> {
  const run = /^(s3|https?):\/\//.test(location)
    ? readStore(`${location.replace(/\/+$/, "")}.run`, reading)
    : openStores(location).run;
  try {
    return (await readPlan(run))?.time;
  } catch (error) {
    // What is published is often the product alone, and S3 answers for what is absent as for what is forbidden.
    const { code } = isStorageError(error) || isZaggError(error) ? error : { code: "" };
    if (code === "not-found" || code === "denied") return undefined;
    throw error;
  }
}
