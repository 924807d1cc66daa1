import { Hdf5Error, Hdf5UnsupportedError } from "../error.js";
import type { DatasetHeader } from "../format/dataset-header.js";
import type { ChunkMap } from "../index/chunk-map.js";
import { product, rowShape } from "../messages/dataspace.js";
import { countRows, type RowRange } from "./plan.js";

/** What reading needs to know of a dataset. */
export interface StoredDataset {
  readonly header: DatasetHeader;
  /** Where the chunk index begins, if it is of a kind that lies directly before the chunks. */
  readonly index: number | undefined;
  /** Where the chunks lie; read once. */
  readonly map: () => Promise<ChunkMap>;
}

/** Rows of a dataset that are known to be there and readable, with the size of their values. */
export interface Wanted<D extends StoredDataset = StoredDataset> {
  readonly dataset: D;
  readonly rows: readonly RowRange[];
  readonly bytes: number;
}

/** Checks what is asked for. Default: all rows. */
export function wantedRows<D extends StoredDataset>(
  dataset: D,
  rows: readonly RowRange[] | undefined,
): Wanted<D> {
  const { layout, type, space } = dataset.header;
  if (layout.kind === "unsupported") throw new Hdf5UnsupportedError(layout.feature);
  if (type.class === "unsupported") throw new Hdf5UnsupportedError(type.feature);
  if (rows && space.shape.length === 0) throw new Hdf5Error("invalid-request", "a scalar has no rows");
  const [total = 0, ...others] = rowShape(space);
  const ranges = rows ?? [[0, total] as const];
  return { dataset, rows: ranges, bytes: countRows(ranges, total) * product(others, type.size) };
}

/** Throws where `bytes` are more than one call may hold. */
export function expectRoom(bytes: number, maxReadBytes: number): void {
  if (bytes > maxReadBytes) {
    throw new Hdf5Error(
      "too-large",
      `${bytes} bytes of values; maxReadBytes is ${maxReadBytes}: read fewer rows at once`,
    );
  }
}

/** Room for the values, filled where stored chunks do not cover all of them. */
export function allocate({ dataset, bytes }: Wanted, complete: boolean): Uint8Array {
  const out = new Uint8Array(bytes);
  const { fill } = dataset.header;
  if (!complete && fill?.some((byte) => byte !== 0)) {
    for (let at = 0; at < bytes; at += fill.length) out.set(fill, at);
  }
  return out;
}
