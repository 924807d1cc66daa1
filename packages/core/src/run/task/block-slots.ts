import { type ProductSpec, unpackBlock } from "@zagg/product";
import { ZarrError } from "@zagg/zarr";

/** The packed shards in an object of a variable, by slot; none where its index is damaged: they are not to be found then. */
export function blockSlots(
  product: ProductSpec,
  variable: string,
  bytes: Uint8Array,
): readonly (Uint8Array | undefined)[] {
  const { dtype } = product.variables[variable] as (typeof product.variables)[string];
  try {
    return unpackBlock(product, dtype, bytes);
  } catch (error) {
    if (error instanceof ZarrError) return [];
    throw error;
  }
}
