import { blockOf, blocksOf } from "@zagg/product";
import { shardKeys } from "../plan/plan-product.js";
import { readPackReceipts, unpackedBlocks } from "../record/pack-receipt.js";
import type { ShardRecords } from "../record/run-record.js";
import { type PackContext, packBlock } from "../task/pack-block.js";
import type { Difference } from "./compare.js";

/** What was packed again in one round. */
export interface PackedAgain {
  /** How many blocks. */
  readonly blocks: number;
  /** Keys of their objects that were not what their receipt says. */
  readonly damaged: readonly string[];
}

/**
 * Packs the blocks that are not what the records of their shards say, by their receipts or by themselves; round after round, but
 * no block again for the sake of shards whose chunks are nowhere. Of a product without blocks it finds none.
 */
export function dirtyBlocks(
  context: PackContext,
): (differences: readonly Difference[], records: ShardRecords) => Promise<PackedAgain> {
  const { plan, stores } = context;
  const inBlocks = plan.shardsPerObject > 1;
  const blockAt = new Map(
    (inBlocks ? [...plan.shards.keys()] : []).flatMap((index) =>
      shardKeys(plan, index).map((key) => [key, blockOf(plan, index).block]),
    ),
  );
  /** Shards of which a chunk is in no block and no result. */
  const lost = new Set<number>();

  return async (differences, records) => {
    const unpacked = new Set(unpackedBlocks(plan, records, await readPackReceipts(stores.run, plan), lost));
    const dirty = new Set(unpacked);
    const damaged: string[] = [];
    for (const { key, kind, shards } of differences) {
      const block = kind === "unrecorded" ? undefined : blockAt.get(key);
      if (block === undefined || (shards.length > 0 && shards.every((index) => lost.has(index)))) continue;
      if (!unpacked.has(block)) damaged.push(key);
      dirty.add(block);
    }
    for (const block of dirty) {
      const packed = await packBlock(context, block);
      for (const [slot, index] of (blocksOf(plan)[block] ?? []).entries()) {
        if (packed && !packed.slots[slot]) lost.add(index);
      }
    }
    return { blocks: dirty.size, damaged };
  };
}
