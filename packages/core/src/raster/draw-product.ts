import type { Product } from "@zagg/product";
import { ZaggError } from "../terms/index.js";
import { type RasterizeOptions, type RasterSet, rasterize } from "./rasterize.js";

export interface RasterOptions extends Omit<RasterizeOptions, "variables" | "coverage"> {
  /** Default `h_mean`, else the product's first variable. */
  readonly variable?: string;
  /** Every variable, in place of one. */
  readonly all?: boolean;
}

/** Rasters of these variables of a product. Throws `ZaggError` (`no-variable`) for one that it does not have. */
export async function drawProduct(
  product: Product,
  options: RasterOptions,
  variables: readonly string[],
  coverage: boolean,
): Promise<RasterSet> {
  for (const name of variables) checkVariable(product, name);
  if (!product.status) {
    options.onNotice?.(
      `${product.url} has no provenance, so it is read as a store of 0.1.0: its cells as geodetic latitudes on a \
sphere, whatever ellipsoid it declares`,
    );
  }
  return rasterize(product, { ...options, variables, coverage });
}

/** The variables that are asked for: one, or all. */
export function variablesOf(product: Product, { variable, all }: RasterOptions): string[] {
  const names = Object.keys(product.spec.variables);
  if (names.length === 0) {
    const { url } = product;
    throw new ZaggError("store", "no-variable", `${url} holds no data variable`, { url });
  }
  return all ? names : [variable ?? (names.includes("h_mean") ? "h_mean" : (names[0] as string))];
}

function checkVariable({ spec, url }: Product, name: string): void {
  if (Object.hasOwn(spec.variables, name)) return;
  const names = Object.keys(spec.variables).join(", ");
  throw new ZaggError("config", "no-variable", `${url} has no variable ${name}; it has ${names}`, { name });
}
