import { type ChunkRecord, orderGroup, type ProductSpec, removeShard } from "@zagg/product";
import type { Store } from "@zagg/storage";
import { chunkKey } from "@zagg/zarr";
import type { ProductStores } from "./open-store.js";
import type { Plan } from "./plan.js";
import type { ShardRecords } from "./run-record.js";

/** What {@link reconcile} found, as positions of shards. */
export interface Reconciled {
  /** Their record names chunks that are not there in full. */
  readonly damaged: readonly number[];
  /** They had chunks that their record, or the lack of one, says are not there; now they are gone. */
  readonly removed: readonly number[];
}

/**
 * Makes the store agree with the records: removes the chunks of shards whose last record says `failed`, and of those
 * without a record (an attempt was cut short), and finds the shards that lack chunks.
 *
 * Two runs of one store may overlap, and one may fail or have yet to write a shard that the other writes meanwhile.
 * So whoever removes chunks must read the records anew and call this again, until nothing is removed; then the last
 * to end leaves a store in which each shard is what its record says.
 */
export async function reconcile(
  plan: Plan,
  product: ProductSpec,
  { product: store }: ProductStores,
  records: ShardRecords,
): Promise<Reconciled> {
  const sizes = new Map<string, number>();
  for await (const { key, size } of store.list("")) sizes.set(key, size);
  const names = Object.keys(product.variables);
  const damaged: number[] = [];
  const removed: number[] = [];
  for (const [index, shard] of plan.shards.entries()) {
    const record = records.get(shard.id);
    if (record && record.state !== "failed") {
      const suspects = record.chunks.filter(({ key, length }) => sizes.get(key) !== length);
      if (await isAnyWrong(store, suspects)) damaged.push(index);
      continue;
    }
    const keys = names.map((name) => chunkKey(`${orderGroup(product.grid)}/${name}`, index));
    if (keys.some((key) => sizes.has(key))) {
      await removeShard(store, product, index);
      removed.push(index);
    }
  }
  return { damaged, removed };
}

/** Asks for each object itself: a listing may leave some out, or be wrong about their sizes. */
async function isAnyWrong(store: Store, chunks: readonly ChunkRecord[]): Promise<boolean> {
  for (const { key, length } of chunks) {
    if ((await store.head(key))?.size !== length) return true;
  }
  return false;
}
