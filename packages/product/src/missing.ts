import { type Attributes, type ChunkValues, isFloat } from "@zagg/zarr";
import { COUNT } from "./names.js";
import type { ArraySpec } from "./spec.js";

/** What is asked of a variable here. */
type Variable = Pick<ArraySpec, "dtype" | "fillValue">;

/**
 * Whether a variable's fill value is no value wherever it lies. Not so the 0 of whole numbers: it is a good count, flag or
 * difference, and only where a cell has no points does it stand for nothing.
 */
export function fillIsMissing({ dtype, fillValue }: Variable): boolean {
  return isFloat(dtype) || fillValue !== 0;
}

/**
 * The attribute by which xarray masks what is missing, since it does not take the fill value of Zarr v3 for that: an integer,
 * or a float64's little-endian bytes in base64. NaN needs none.
 */
export function fillAttributes(variable: Variable): Attributes {
  const { dtype } = variable;
  const fill = fillIn(variable);
  if (Number.isNaN(fill) || !fillIsMissing(variable)) return {};
  return { _FillValue: isFloat(dtype) ? base64(fill) : fill };
}

/** Variables whose chunks tell which cells of a shard have a value of `name`, itself the first. */
export function valuesNeed(variables: Readonly<Record<string, Variable>>, name: string): readonly string[] {
  const variable = variables[name];
  if (variable === undefined || fillIsMissing(variable) || name === COUNT) return [name];
  return COUNT in variables
    ? [name, COUNT]
    : [name, ...Object.keys(variables).filter((other) => other !== name)];
}

/**
 * Which cells of a shard have a value of `name`, by the chunks of that shard: those that {@link valuesNeed} names. The one rule
 * for everything that shows, draws or exports values:
 *
 * - NaN is none, and neither is the fill value, but for whole numbers whose fill value is 0;
 * - of these, 0 is a value where the cell has points: where `count` is above 0, or in products without `count`, where the
 *   cell has a value of any other variable.
 *
 * @example
 * const product = await openProduct(readStore("product.zarr"));
 * const counts = (await product.readChunk("count", 0)) ?? new Int32Array();
 * const has = valueTest(product.spec.variables, new Map([["count", counts]]), "count");
 * console.log(Array.from({ length: counts.length }, (_, rank) => has(rank)));
 */
export function valueTest(
  variables: Readonly<Record<string, Variable>>,
  chunks: ReadonlyMap<string, ChunkValues>,
  name: string,
): (rank: number) => boolean {
  const own = plainTest(variables, chunks, name);
  const [, ...others] = valuesNeed(variables, name);
  const values = chunks.get(name);
  if (others.length === 0 || values === undefined) return own;
  const counts = chunks.get(COUNT);
  const tests = others.map((other) => plainTest(variables, chunks, other));
  const occupied = COUNT in variables ? (rank: number) => Number(counts?.[rank] ?? 0) > 0 : anyOf(tests);
  return (rank) => own(rank) || occupied(rank);
}

/** Whether a value is neither NaN nor the fill value. */
function plainTest(
  variables: Readonly<Record<string, Variable>>,
  chunks: ReadonlyMap<string, ChunkValues>,
  name: string,
): (rank: number) => boolean {
  const [values, variable] = [chunks.get(name), variables[name]];
  if (values === undefined || variable === undefined) return () => false;
  const fill = fillIn(variable);
  return (rank) => {
    const value = Number(values[rank]);
    return value !== fill && !Number.isNaN(value);
  };
}

function anyOf(tests: readonly ((rank: number) => boolean)[]): (rank: number) => boolean {
  return (rank) => tests.some((test) => test(rank));
}

/** The fill value as the stored type has it: a float32 need not be the double that the metadata spell. */
function fillIn({ dtype, fillValue }: Variable): number {
  const fill = Number(fillValue);
  return dtype === "float32" ? Math.fround(fill) : fill;
}

function base64(value: number): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return btoa(String.fromCharCode(...bytes));
}
