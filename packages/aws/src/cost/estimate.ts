import { type Plan, REQUESTS_PER_PAIR, SECONDS_PER_PAIR } from "@zagg/core";
import { type FunctionSize, invocationPrice, PRICES } from "./price.js";

/** A Lambda CPU takes so much longer than the one that SECONDS_PER_PAIR was measured on. */
export const LAMBDA_SLOWDOWN = 1.6;
/** Memory that comes with one CPU, MB. */
const MEMORY_PER_CPU = 1769;
/** Seconds of an invocation besides its granules: start, plan, writing. */
export const SECONDS_PER_SHARD = 1.5;
/** How far a shard may be from what is expected before a run counts as out of hand. */
const CEILING_FACTOR = 4;
/** Below this the ceiling follows from the functions' time limit alone, dollars. */
const LEAST_CEILING = 1;

/** What a run on Lambda would cost, dollars. */
export interface CostEstimate {
  readonly expected: number;
  /** A run stops when it has cost so much, unless it is given another limit. */
  readonly ceiling: number;
  /** Seconds of functions, summed, that `expected` reckons with. */
  readonly functionSeconds: number;
}

/**
 * Estimates the cost of the `selected` shards. The ceiling is four times what is expected, yet at least a dollar,
 * and never more than what two invocations of every shard to the end of their time would cost.
 */
export function estimateCost(
  plan: Plan,
  selected: readonly number[],
  size: FunctionSize & { readonly timeout: number },
): CostEstimate {
  const cpus = Math.min(1, size.memory / MEMORY_PER_CPU); // more than one is of little use: decoding is one thread
  let functionSeconds = 0;
  let expected = 0;
  for (const index of selected) {
    const pairs = plan.shards[index]?.granules.length ?? 0;
    const seconds = SECONDS_PER_SHARD + (pairs * SECONDS_PER_PAIR * LAMBDA_SLOWDOWN) / cpus;
    functionSeconds += seconds;
    expected += invocationPrice(size, Math.min(seconds, size.timeout)) + storagePrice(plan, pairs);
  }
  const worst = 2 * selected.length * invocationPrice(size, size.timeout);
  const ceiling = Math.min(worst, Math.max(CEILING_FACTOR * expected, LEAST_CEILING));
  return { expected, ceiling, functionSeconds };
}

/** One chunk for each variable and the record, and the requests for the granules. */
function storagePrice(plan: Plan, pairs: number): number {
  const puts = Object.keys(plan.config.aggregation.variables).length + 1;
  return puts * PRICES.perPut + pairs * REQUESTS_PER_PAIR * PRICES.perGet;
}
