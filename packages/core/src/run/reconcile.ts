import { chunkKey } from "@zagg/zarr";
import { groupPath, type ProductSpec, removeShard } from "../product/index.js";
import type { ProductStores } from "./open-store.js";
import type { Plan } from "./plan.js";
import type { ShardRecords } from "./run-record.js";

/**
 * Makes the store agree with the records: removes the chunks of shards whose last record says `failed`, and
 * returns the shards whose record names chunks that are not there in full.
 *
 * Two runs of one store may overlap, and one may fail a shard that the other writes. Every run ends with this, so
 * the last to end leaves a store in which each shard is what its record says.
 */
export async function reconcile(
  plan: Plan,
  product: ProductSpec,
  { product: store }: ProductStores,
  records: ShardRecords,
): Promise<number[]> {
  const sizes = new Map<string, number>();
  for await (const { key, size } of store.list("")) sizes.set(key, size);
  const names = Object.keys(product.variables);
  const damaged: number[] = [];
  for (const [index, shard] of plan.shards.entries()) {
    const record = records.get(shard.id);
    if (!record) continue;
    const keys = names.map((name) => chunkKey(`${groupPath(product.grid)}/${name}`, index));
    if (record.state === "failed") {
      if (keys.some((key) => sizes.has(key))) await removeShard(store, product, index);
    } else if (record.chunks.some(({ key, length }) => sizes.get(key) !== length)) {
      damaged.push(index);
    }
  }
  return damaged;
}
