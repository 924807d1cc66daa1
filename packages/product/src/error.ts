/** What is at fault: what was asked for (`config`), or what lies in the store. */
export type ProductErrorKind = "config" | "store";

/** A product that cannot be made as asked, or a store that cannot be read as one. */
export class ProductError extends Error {
  override readonly name = "ProductError";
  readonly kind: ProductErrorKind;
  /** Stable and short, e.g. `no-product`. */
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProductErrorKind,
    code: string,
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
export function isProductError(value: unknown, code?: string): value is ProductError {
  return value instanceof ProductError && (code === undefined || value.code === code);
}
