import { crc32 } from "node:zlib";
import type { Store } from "@zagg/storage";
import { dataTypeOf } from "@zagg/zarr";
import type { GranuleScan, TrackBlock } from "../granule/index.js";
import { sha256Hex } from "../terms/index.js";
import {
  type ExtractReceipt,
  type ExtractSlice,
  paddedLength,
  readCounts,
  type SliceGroup,
} from "./receipt.js";
import { encodeReceipt } from "./receipt-json.js";

/** Points are put together shard by shard when there are so many bytes of them: what is in memory of a long granule. */
const PART_BYTES = 16 * 2 ** 20;

/** What is known of an extract before the granule is read. */
export type ExtractOf = Pick<ExtractReceipt, "key" | "id" | "columns" | "shards">;

/** Takes the points of a granule while it is read, and puts them into a store. */
export interface ExtractWriter {
  take(block: TrackBlock): Promise<void>;
  /** Puts what is left, then the receipt. */
  close(scan: GranuleScan): Promise<ExtractReceipt>;
  /** Removes what was put, where the granule could not be read whole. */
  discard(): Promise<void>;
}

/**
 * Puts an extract into `store`: parts as they fill, `<name>.0.bin`, …, and at last the receipt `<name>.json`. The name
 * tells granule, key, columns and shards, so that two processes that read the same write the same.
 */
export function extractWriter(store: Store, of: ExtractOf): ExtractWriter {
  const name = extractName(of);
  const dtypes = new Map<number, ReturnType<typeof dataTypeOf>[]>();
  const dropped = new Map<number, Record<string, number>>();
  const parts: string[] = [];
  const slices: ExtractSlice[] = [];
  let waiting: TrackBlock[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    if (bytes === 0) return;
    const blocks = waiting;
    const length = bytes;
    [waiting, bytes] = [[], 0];
    const part = parts.length;
    const key = `${name}.${part}.bin`;
    parts.push(key); // before anything is waited for: blocks of other groups may come meanwhile
    const packed = packPart(blocks, of.shards, length);
    slices.push(...packed.slices.map((slice) => ({ ...slice, part })));
    await store.put(key, packed.bytes);
  }

  return {
    async take(block) {
      for (const [label, rows] of block.dropped) {
        for (const [position, lost] of rows.entries()) {
          if (lost === 0) continue;
          const shard = of.shards[position] as number;
          const counts = dropped.get(shard) ?? {};
          counts[label] = (counts[label] ?? 0) + lost;
          dropped.set(shard, counts);
        }
      }
      if (block.ranks.length === 0) return;
      dtypes.set(block.group, block.columns.map(dataTypeOf));
      waiting.push(block);
      bytes += blockBytes(block, of.shards.length);
      if (bytes >= PART_BYTES) await flush();
    },
    async close(scan) {
      const { version, groups } = scan;
      if (!version) throw new RangeError(`${of.id} has no version`);
      await flush();
      const receipt: ExtractReceipt = {
        format: "zagg-extract/1",
        ...of,
        version,
        groups: groups.map(({ group, absent, encodings }) => ({
          group,
          absent: absent !== undefined,
          columns: (dtypes.get(group) ?? []).map((dtype, i) => ({
            dtype,
            encoding: encodings[i] as (typeof encodings)[number],
          })),
        })),
        parts,
        slices,
        dropped: Object.fromEntries(dropped),
        counts: readCounts(scan),
      };
      await store.put(receiptKey(name), encodeReceipt(receipt));
      return receipt;
    },
    discard: () => store.delete(parts),
  };
}

/** Unlike names for unlike extracts of a granule; the granule's own comes first. */
function extractName({ id, key, columns, shards }: ExtractOf): string {
  const holds = sha256Hex(JSON.stringify([key, columns, shards])).slice(0, 16);
  return `${encodeURIComponent(id)}/${holds}`;
}

function receiptKey(name: string): string {
  return `${name}.json`;
}

function arraysOf(block: TrackBlock) {
  return [block.ranks, ...block.columns];
}

/** Bytes that a block takes, at most: each array of each shard is padded. */
function blockBytes(block: TrackBlock, shards: number): number {
  const arrays = arraysOf(block);
  return arrays.reduce((sum, { byteLength }) => sum + byteLength + 8 * shards, 0);
}

/** Puts blocks together shard by shard, in the order of groups and rows. */
function packPart(blocks: readonly TrackBlock[], shards: readonly number[], length: number) {
  const bytes = new Uint8Array(length);
  const slices: Omit<ExtractSlice, "part">[] = [];
  const ordered = blocks.toSorted((a, b) => a.group - b.group);
  let at = 0;
  for (const [position, shard] of shards.entries()) {
    const offset = at;
    const groups: SliceGroup[] = [];
    for (const block of ordered) {
      const start = block.starts[position] as number;
      const stop = block.starts[position + 1] as number;
      if (start === stop) continue;
      groups.push({ group: block.group, rows: stop - start });
      for (const array of arraysOf(block)) {
        const own = array.subarray(start, stop);
        bytes.set(new Uint8Array(own.buffer, own.byteOffset, own.byteLength), at);
        at += paddedLength(own.byteLength);
      }
    }
    if (groups.length === 0) continue;
    slices.push({ shard, offset, length: at - offset, crc: crc32(bytes.subarray(offset, at)), groups });
  }
  return { bytes: bytes.subarray(0, at), slices };
}
