import type { Product } from "@zagg/product";
import { type Combination, isCombination } from "@zagg/stats";
import { legacyCombination } from "../terms/index.js";

/** How cells of a stored variable combine: as its run noted, else (stores of 0.1.0) as that version's names say. */
export function storedCombination(product: Product, name: string): Combination {
  const noted = (product.spec.provenance.raster as Record<string, unknown> | undefined)?.[name];
  return isCombination(noted) ? noted : legacyCombination(name);
}
