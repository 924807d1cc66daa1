import { concatenate } from "./concatenate.js";
import type { Requests } from "./requests.js";
import type { ReadOptions } from "./source.js";

/**
 * Bytes of the first read. Metadata of ICESat-2 granules are mostly a template at the file's start (2.05 MB for ATL06);
 * 2 MiB needs fewest requests for both plain and paged files, 4 MiB costs more bytes than it saves.
 */
export const FIRST_READ_BYTES = 2 * 1024 * 1024;

/** A file no longer than this is read whole: one request costs less than the round trips it saves. */
export const WHOLE_FILE_BYTES = 2 * FIRST_READ_BYTES;

/** The beginning of a file, where most metadata are, and the length of the whole. */
export interface Front {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** Reads the front of a file, all of it where it is small: one request where the source can tell its size along. */
export async function readFront(requests: Requests, options: ReadOptions): Promise<Front> {
  const told = await requests.readWithSize(FIRST_READ_BYTES, options);
  const { bytes, size } = told ?? { bytes: new Uint8Array(0), size: await requests.size() };
  const end = size <= WHOLE_FILE_BYTES ? size : FIRST_READ_BYTES;
  if (bytes.length >= end) return { bytes, size };
  const rest = await requests.read(bytes.length, end, options);
  return { bytes: bytes.length === 0 ? rest : concatenate([bytes, rest]), size };
}
