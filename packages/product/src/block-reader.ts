import { isStorageError, type ReadableStore, type ReadOptions, type SourceVersion } from "@zagg/storage";
import { type BlockLimits, blockIndex, blockIndexBytes, type InnerChunk } from "@zagg/zarr";

/** Reads packed shards out of the blocks of a store. */
export interface BlockReader {
  /**
   * The packed shard in a slot of a block; undefined where there is no such object, or nothing in the slot. Of the block it
   * reads the index, which is kept, and the shard, both of one version: a block that has been replaced in between is read
   * once more. Throws as the store does, and `ZarrError` for an index that is damaged.
   */
  read(key: string, slot: number, limits: Limits, options?: ReadOptions): Promise<Uint8Array | undefined>;
  /** Has the index of a block read anew. */
  forget(key: string): void;
}

/** What an array's metadata say of its blocks. */
export type Limits = Omit<BlockLimits, "size">;

interface Block {
  readonly index: readonly (InnerChunk | undefined)[];
  readonly version: SourceVersion | undefined;
  /** All of it, from a server that does not give parts. */
  readonly whole: Uint8Array | undefined;
}

/** Indices take some kilobytes each; where a server knows no ranges, whole blocks are kept in their place. */
const KEPT_BYTES = 64 * 2 ** 20;
/** What an entry of an index takes in memory, about. */
const ENTRY_BYTES = 64;

export function blockReader(store: ReadableStore): BlockReader {
  /** By key, the one that has waited longest first. */
  const kept = new Map<string, Promise<Block | undefined>>();
  const sizes = new Map<string, number>();

  function forget(key: string): void {
    kept.delete(key);
    sizes.delete(key);
  }

  /** Without the caller's signal: others wait for the same index. */
  function blockAt(key: string, limits: Limits): Promise<Block | undefined> {
    const known = kept.get(key);
    if (known) return known;
    const opening = open(store, key, limits);
    kept.set(key, opening);
    const settled = (block: Block | undefined) => {
      if (kept.get(key) !== opening) return;
      // What is not there now may be so soon.
      if (block) keep(key, block.whole?.length ?? ENTRY_BYTES * limits.slots);
      else forget(key);
    };
    opening.then(settled, () => settled(undefined));
    return opening;
  }

  function keep(key: string, bytes: number): void {
    sizes.set(key, bytes);
    let total = [...sizes.values()].reduce((sum, each) => sum + each, 0);
    for (const [oldest, size] of sizes) {
      if (total <= KEPT_BYTES || oldest === key) return;
      forget(oldest);
      total -= size;
    }
  }

  async function read(
    key: string,
    slot: number,
    limits: Limits,
    options: ReadOptions = {},
  ): Promise<Uint8Array | undefined> {
    for (let last = false; ; last = true) {
      const opened = blockAt(key, limits);
      const block = await opened;
      const chunk = block?.index[slot];
      if (!block || !chunk) return undefined;
      const { whole, version } = block;
      if (whole) return whole.subarray(chunk.offset, chunk.offset + chunk.length);
      const part = await store.getPart(key, chunk, { ...options, version }).catch((error: unknown) => {
        if (last || !isStorageError(error, "changed", "short-read")) throw error;
        return undefined;
      });
      if (part || last) return part?.bytes;
      if (kept.get(key) === opened) forget(key);
    }
  }

  return { read, forget };
}

async function open(store: ReadableStore, key: string, limits: Limits): Promise<Block | undefined> {
  const end = await store.getPart(key, { last: blockIndexBytes(limits.slots) });
  if (!end) return undefined;
  const { bytes, version } = end;
  const size = version?.size ?? Number.MAX_SAFE_INTEGER; // a range beyond the end is an error of its own
  return {
    index: blockIndex(bytes, { ...limits, size }),
    version,
    whole: bytes.length === size ? bytes : undefined,
  };
}
