import type { ByteCache } from "./cache.js";
import type { Hdf5ErrorPlace } from "./error.js";
import type { GlobalHeap } from "./global-heap.js";
import type { SharedTable } from "./messages/shared.js";
import type { Metadata } from "./metadata.js";
import type { Prefetch } from "./prefetch.js";

/** What everything in one open file shares. */
export interface FileContext {
  readonly cache: ByteCache;
  readonly metadata: Metadata;
  readonly sharedTable: SharedTable;
  readonly heap: GlobalHeap;
  /** For errors. */
  readonly place: Hdf5ErrorPlace;
  readonly maxReadBytes: number;
  readonly prefetch: Prefetch;
}
