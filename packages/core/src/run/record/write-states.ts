import { type ProductSpec, SHARD_STATES, writeState } from "@zagg/product";
import type { WritableStore } from "@zagg/storage";
import type { Plan } from "../plan/plan.js";
import type { ShardState } from "./outcome.js";
import type { ShardRecords } from "./run-record.js";

/** Tells the readers of a product what is true of every shard, with the counts of those that stand. */
export async function writeStates(
  plan: Plan,
  product: ProductSpec,
  store: WritableStore,
  states: readonly ShardState[],
  records: ShardRecords,
): Promise<void> {
  const codes = Uint8Array.from(states, (state) => SHARD_STATES.indexOf(state));
  let points = 0;
  let occupied = 0;
  for (const [index, { id }] of plan.shards.entries()) {
    const record = states[index] === "pending" ? undefined : records.get(id);
    points += record?.counts.pointsKept ?? 0;
    occupied += record?.counts.occupiedCells ?? 0;
  }
  await writeState(store, product, codes, { points, occupied_cells: occupied });
}
