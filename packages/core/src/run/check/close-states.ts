import type { Plan } from "../plan/plan.js";
import { planProduct } from "../plan/plan-product.js";
import type { ShardState } from "../record/outcome.js";
import { packedStates, readPackReceipts } from "../record/pack-receipt.js";
import { listAttempts, readRecords, type ShardRecords } from "../record/run-record.js";
import { recordedStates } from "../record/todo.js";
import { writeStates } from "../record/write-states.js";
import { notKept } from "../stores/not-kept.js";
import type { ProductStores } from "../stores/open-store.js";
import { differencesIn, digestsOf, withBytes } from "./compare.js";

/** How often the states are told again where others tell them, too, or the store does not keep them. */
const ROUNDS = 10;

/**
 * Tells readers of the product what is true of every shard: `states`, which go with `records`. Another run may have gone
 * on meanwhile, and its word been replaced by ours: the last one tells all. Throws `ZaggError` (`not-kept`) where the
 * store does not keep it.
 */
export async function closeStates(
  plan: Plan,
  { product: store, run }: ProductStores,
  states: readonly ShardState[],
  records: ShardRecords,
): Promise<void> {
  const product = planProduct(plan);
  let [toldStates, toldRecords] = [states, records];
  for (let round = 1; ; round++) {
    const told = await digestsOf((to) => writeStates(plan, product, to, toldStates, toldRecords), store);
    const lost = await differencesIn(store, withBytes(told));
    const isLast = isLatest(plan, toldRecords, await listAttempts(run));
    if (lost.length === 0 && (isLast || round === ROUNDS)) return;
    if (round === ROUNDS) throw notKept(store.url, ...lost.map(({ key }) => key));
    if (isLast) continue;
    toldRecords = await readRecords(run, plan);
    toldStates = packedStates(
      plan,
      recordedStates(plan, toldRecords),
      toldRecords,
      await readPackReceipts(run, plan),
    );
  }
}

function isLatest(
  plan: Plan,
  records: ShardRecords,
  attempts: readonly [shard: string, attempt: number][],
): boolean {
  const last = new Map(attempts);
  return plan.shards.every(({ id }) => (records.get(id)?.attempt ?? 0) >= (last.get(id) ?? 0));
}
