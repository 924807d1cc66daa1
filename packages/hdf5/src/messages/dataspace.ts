import { at } from "../at.js";
import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";

export interface Dataspace {
  /** `null`: no value at all; `scalar`: one; `simple`: an array. */
  readonly kind: "null" | "scalar" | "simple";
  readonly shape: readonly number[];
  /** The largest shape; `Infinity` for an unlimited dimension. */
  readonly maxShape: readonly number[];
}

/** HDF5's own limit. */
export const MAX_RANK = 32;

export function parseDataspace(cursor: Cursor): Dataspace {
  const version = cursor.expectVersion("a dataspace", 1, 2);
  const rank = cursor.u8();
  const flags = cursor.u8();
  if (rank > MAX_RANK) throw corrupt(`${rank} dimensions; ${MAX_RANK} are allowed`, cursor.address);
  const kind = version === 2 ? kindOf(cursor) : rank === 0 ? "scalar" : "simple";
  if (version === 1) cursor.skip(5);
  if (kind !== "simple" && rank !== 0)
    throw corrupt(`a ${kind} dataspace with ${rank} dimensions`, cursor.address);
  const shape = Array.from({ length: rank }, () => cursor.length());
  const maxShape =
    flags & 1
      ? Array.from({ length: rank }, () => cursor.lengthOrUnlimited() ?? Number.POSITIVE_INFINITY)
      : shape;
  shape.forEach((extent, i) => {
    if (extent > at(maxShape, i)) throw corrupt("a dimension is longer than its maximum", cursor.address);
  });
  return { kind, shape, maxShape };
}

/** The extents multiplied: of a shape, its elements; times `unit`, their bytes. */
export function product(extents: readonly number[], unit = 1): number {
  return extents.reduce((total, extent) => total * extent, unit);
}

/** The extents of which the first counts rows: a scalar is one row, no value is none. */
export function rowShape({ kind, shape }: Dataspace): readonly number[] {
  if (kind === "null") return [0];
  return kind === "scalar" || shape.length === 0 ? [1] : shape;
}

/** Number of elements; 0 for a null dataspace. */
export function elementCount(space: Dataspace): number {
  return space.kind === "null" ? 0 : product(space.shape);
}

function kindOf(cursor: Cursor): Dataspace["kind"] {
  const kind = (["scalar", "simple", "null"] as const)[cursor.u8()];
  if (kind === undefined) throw corrupt("an unknown kind of dataspace", cursor.address);
  return kind;
}
