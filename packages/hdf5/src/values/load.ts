import { corrupt } from "../error.js";
import type { GlobalHeap } from "../format/global-heap.js";
import type { Datatype } from "../messages/datatype.js";
import { type Hdf5Values, toValues } from "./element.js";
import { isNumeric } from "./typed-array.js";

/** Sequences of sequences …: how often a round of decoding may find heap collections that are not loaded yet. */
const MAX_ROUNDS = 40;

/**
 * As {@link toValues}, fetching what lies in the global heap. Decoding itself is synchronous: a round notes which heap
 * collections it misses, these are loaded, and the next round goes further.
 */
export async function loadValues(
  bytes: Uint8Array,
  type: Datatype,
  offsetSize: number,
  heap: GlobalHeap,
): Promise<Hdf5Values> {
  if (isNumeric(type)) return toValues(bytes, type, { offsetSize, heap: () => bytes });
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = new Set<number>();
    const lookup = (address: number, index: number) => {
      if (heap.has(address)) return heap.get(address, index);
      missing.add(address);
      return undefined;
    };
    const values = toValues(bytes.slice(), type, { offsetSize, heap: lookup });
    if (missing.size === 0) return values;
    await heap.load(missing);
  }
  throw corrupt("values that refer to each other without end");
}
