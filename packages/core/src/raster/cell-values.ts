import type { Product } from "@zagg/product";
import { type ChunkValues, filled } from "@zagg/zarr";

/** Values of a variable for all cells of a product; NaN where a cell has none (where it holds the fill value). */
export type CellValues = Float32Array | Float64Array;

/** Reads a whole variable. Memory: 4 bytes a cell for float32, 8 for every other type. */
export async function readCellValues(product: Product, name: string): Promise<CellValues> {
  const values = await product.readArray(name);
  const document = product.arrays.get(name);
  return document
    ? withoutFill(values, filled(document.data_type, 1, document.fill_value))
    : asFloats(values);
}

function withoutFill(values: ChunkValues, fill: ChunkValues): CellValues {
  const floats = asFloats(values);
  const missing = Number(fill[0]);
  if (Number.isNaN(missing)) return floats;
  for (let i = 0; i < floats.length; i++) {
    if (floats[i] === missing) floats[i] = Number.NaN;
  }
  return floats;
}

function asFloats(values: ChunkValues): CellValues {
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return Float64Array.from(values, Number);
  return new Float64Array(values);
}
