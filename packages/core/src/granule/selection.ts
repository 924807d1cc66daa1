import type { DatasetIndex } from "../terms/index.js";
import type { StoredValues } from "./decode.js";
import { MisfitError } from "./granule-error.js";

/** Which values of a dataset are meant, in C order. A *row* is what lies at one position of its first dimension. */
export interface Selection {
  /** Extents of what is selected, without those of 1. */
  readonly shape: readonly number[];
  /** The first of the rows, and how many there are. */
  readonly firstRow: number;
  readonly rows: number;
  /** Values of each row that are selected. */
  readonly width: number;
  /** Values that a row has. */
  readonly stored: number;
  /** Where in a row the selected values lie; absent where all of them are selected. */
  readonly places?: Uint32Array;
}

/** Throws {@link MisfitError} for an index that the shape does not have. */
export function select(path: string, shape: readonly number[], index: DatasetIndex = []): Selection {
  const positions = positionsOf(path, shape, index);
  const [first, ...others] = positions;
  const [firstExtent = 1, ...extents] = shape;
  const taken = shape.filter((_, dimension) => positions[dimension] === null);
  const stored = product(extents);
  const selected = others.every((position) => position === null) ? undefined : placesOf(extents, others);
  return {
    shape: taken.filter((extent) => extent !== 1),
    firstRow: first ?? 0,
    rows: typeof first === "number" ? 1 : firstExtent,
    width: selected?.length ?? stored,
    stored,
    ...(selected && selected.length < stored && { places: selected }),
  };
}

/** Values that are selected. */
export function selectedCount({ rows, width }: Selection): number {
  return rows * width;
}

/** Of whole rows, the values that are selected. */
export function selectedOf<T extends StoredValues>(values: T, { places, stored }: Selection): T {
  if (!places) return values;
  const rows = values.length / stored;
  const selected = new (values.constructor as new (length: number) => T)(rows * places.length);
  let at = 0;
  for (let start = 0; start < values.length; start += stored) {
    for (let i = 0; i < places.length; i++) {
      selected[at++] = values[start + (places[i] as number)] as T[number];
    }
  }
  return selected;
}

/** The position that is taken of each dimension; null for all. */
function positionsOf(path: string, shape: readonly number[], index: DatasetIndex): (number | null)[] {
  const several = index.indexOf("...");
  const spread = new Array<null>(Math.max(0, shape.length - index.length + (several < 0 ? 0 : 1))).fill(null);
  const items = several < 0 ? [...index, ...spread] : index.toSpliced(several, 1, ...spread);
  if (items.length > shape.length) {
    throw new MisfitError(`${path} has ${shape.length} dimensions, and the index [${show(index)}] has more`);
  }
  return items.map((item, dimension) => {
    if (typeof item !== "number") return null;
    const extent = shape[dimension] as number;
    const position = item < 0 ? item + extent : item;
    if (position >= 0 && position < extent) return position;
    throw new MisfitError(
      `${path} has the shape [${shape.join(", ")}], without a place for [${show(index)}]`,
    );
  });
}

function placesOf(extents: readonly number[], positions: readonly (number | null)[]): Uint32Array {
  let places = Uint32Array.of(0);
  for (const [dimension, extent] of extents.entries()) {
    const position = positions[dimension] ?? null;
    const along = position === null ? Array.from({ length: extent }, (_, i) => i) : [position];
    const next = new Uint32Array(places.length * along.length);
    let at = 0;
    for (const place of places) for (const i of along) next[at++] = place * extent + i;
    places = next;
  }
  return places;
}

function show(index: DatasetIndex): string {
  return index.map((each) => each ?? ":").join(", ");
}

function product(extents: readonly number[]): number {
  return extents.reduce((total, extent) => total * extent, 1);
}
