import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";

/** One step of what was done to every chunk before it was stored. */
export interface Filter {
  readonly id: number;
  /** As the file tells it; may be empty. */
  readonly name: string;
  readonly parameters: readonly number[];
}

/** HDF5's own limit; a chunk's filter mask has a bit for each. */
const MAX_FILTERS = 32;
/** Ids below this belong to HDF5 and carry no name in version 2. */
const FIRST_FOREIGN_ID = 256;

/** The filters in the order in which they were applied. */
export function parseFilterPipeline(cursor: Cursor): readonly Filter[] {
  const version = cursor.expectVersion("a filter pipeline", 1, 2);
  const count = cursor.u8();
  if (count > MAX_FILTERS) throw corrupt(`${count} filters; ${MAX_FILTERS} are allowed`, cursor.address);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= FIRST_FOREIGN_ID ? cursor.u16() : 0;
    cursor.skip(2); // flags: whether the filter was optional when the chunk was written
    const parameterCount = cursor.u16();
    const padded = version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength;
    const name = cursor.text(padded).replace(/\0.*$/s, "");
    const parameters = Array.from({ length: parameterCount }, () => cursor.u32());
    if (version === 1 && parameterCount % 2 === 1) cursor.skip(4);
    return { id, name, parameters };
  });
}
