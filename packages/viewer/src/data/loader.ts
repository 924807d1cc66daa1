import { hasChunks, isProductError } from "@zagg/product";
import { isStoreFault } from "./fault.js";
import type { ShownProduct, Variable } from "./shown-product.js";

/** Reads at a time: more only queue in the browser. */
const READS_IN_FLIGHT = 12;

export interface LoadEvents {
  /** The shard's values, or undefined: its chunk is not there, or cannot be read. */
  onShard(k: number, values: Float32Array | undefined): void;
  /** Something of which the user should know; told once for each kind. */
  onProblem(message: string): void;
  onProgress(done: number, total: number): void;
}

/** The shards of a product that have something to read, nearest first. */
export function loadOrder(states: Uint8Array, distance: (k: number) => number): number[] {
  const ks = Array.from(states, (_, k) => k).filter((k) => hasChunks(states[k]));
  const away = new Map(ks.map((k) => [k, distance(k)]));
  return ks.sort((a, b) => (away.get(a) as number) - (away.get(b) as number));
}

/** Reads every shard of a variable in the order given, until done or `signal` is aborted. */
export async function loadVariable(
  product: ShownProduct,
  variable: Variable,
  order: readonly number[],
  signal: AbortSignal,
  { onShard, onProblem, onProgress }: LoadEvents,
): Promise<void> {
  let next = 0;
  let done = 0;
  let missing = 0;
  let unreadable = 0;
  const worker = async () => {
    for (let i = next++; i < order.length && !signal.aborted; i = next++) {
      const k = order[i] as number;
      let values: Float32Array | undefined;
      try {
        values = await product.readShard(variable, k, signal);
        if (!values) missing++;
      } catch (error) {
        if (signal.aborted) return;
        if (!isStoreFault(error)) throw error;
        if (isProductError(error, "missing-chunk")) missing++;
        else if (unreadable++ === 0) onProblem(error.message);
      }
      if (signal.aborted) return;
      onShard(k, values);
      onProgress(++done, order.length);
    }
  };
  await Promise.all(Array.from({ length: READS_IN_FLIGHT }, worker));
  if (signal.aborted) return;
  if (missing > 0)
    onProblem(`${missing} of ${order.length} chunks of ${variable.name} are missing from the store.`);
  if (unreadable > 1)
    onProblem(`${unreadable} of ${order.length} chunks of ${variable.name} could not be read.`);
}
