/** What is at fault: what was asked for (`config`), or what lies in the store. */
export type ProductErrorKind = "config" | "store";

/**
 * What exactly is at fault.
 *
 * - `invalid-grid`, `invalid-shards`, `invalid-coordinate`, `invalid-variable`: no product can be made of this
 * - `no-array`: the product has no array of that name
 * - `no-variable`: the product has arrays of coordinates only
 * - `no-store`: there is no Zarr store at that address
 * - `no-product`: a Zarr store, but no group in it declares cells
 * - `no-listing`: the store has no consolidated metadata, and cannot be listed
 * - `unsupported`: cells, codecs or sizes of a kind that is not read
 * - `bad-metadata`: the metadata is damaged, or contradicts itself
 * - `unfinished-setup`: the list of shards was never written
 * - `missing-chunk`: a chunk is not there (or may not be read) though its shard was written
 * - `bad-chunk`: a chunk does not decode to what its array says
 * - `not-ours`: nothing that zagg made, so nothing that it deletes
 */
export type ProductErrorCode =
  | "invalid-grid"
  | "invalid-shards"
  | "invalid-coordinate"
  | "invalid-variable"
  | "no-array"
  | "no-variable"
  | "no-store"
  | "no-product"
  | "no-listing"
  | "unsupported"
  | "bad-metadata"
  | "unfinished-setup"
  | "missing-chunk"
  | "bad-chunk"
  | "not-ours";

/** A product that cannot be made as asked, or a store that cannot be read as one. */
export class ProductError extends Error {
  override readonly name = "ProductError";
  readonly kind: ProductErrorKind;
  readonly code: ProductErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProductErrorKind,
    code: ProductErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.data = data;
  }
}

/** Whether `value` is a {@link ProductError}, of this code where one is given. */
export function isProductError(value: unknown, code?: ProductErrorCode): value is ProductError {
  return value instanceof ProductError && (code === undefined || value.code === code);
}
