import { at } from "../at.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import type { GlobalHeap } from "../format/global-heap.js";
import type { Attribute } from "../messages/attribute.js";
import { elementCount } from "../messages/dataspace.js";
import type { Hdf5Value } from "./element.js";
import { loadValues } from "./load.js";

/**
 * Attributes by name. A scalar attribute is its value, an array one its values in C order, one without a value `null`,
 * and one of a type that this reader does not decode `undefined`, so that it does not hide the others.
 */
export type Attributes = Readonly<Record<string, Hdf5Value | undefined>>;

export async function attributeValues(
  attributes: readonly Attribute[],
  offsetSize: number,
  heap: GlobalHeap,
): Promise<Attributes> {
  const entries = await Promise.all(
    attributes.map(async ({ name, type, space, bytes }): Promise<[string, Hdf5Value | undefined]> => {
      if (space.kind === "null") return [name, null];
      const length = elementCount(space) * type.size;
      if (length > bytes.length) throw corrupt(`attribute ${name} has ${bytes.length} of ${length} bytes`);
      const values = await loadValues(bytes.slice(0, length), type, offsetSize, heap).catch(
        unlessUnsupported,
      );
      if (values === undefined) return [name, undefined];
      const single = space.kind === "scalar" && type.class !== "array";
      return [name, single ? at<Hdf5Value>(values, 0) : values];
    }),
  );
  return Object.fromEntries(entries);
}

function unlessUnsupported(error: unknown): undefined {
  if (!(error instanceof Hdf5UnsupportedError)) throw error;
}
