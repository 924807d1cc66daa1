import {
  granuleAt,
  type Plan,
  REQUESTS_PER_READ,
  SHARE_PER_READ,
  s3CredentialsUrl,
  shardAt,
  TYPICAL_GRANULE_BYTES,
} from "@zagg/core";
import { type FunctionSize, invocationPrice, PRICES } from "./price.js";

/** CPU of one pair with its requests, seconds: 0.2 measured (docs/lambda.md), on a CPU 1.6 times as fast as Lambda's. */
export const LAMBDA_SECONDS_PER_PAIR = 0.2 * 1.6;
/** What a function reads from S3, bytes per second. */
export const LAMBDA_LINE = 75e6;
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
  // More than one CPU is of little use: decoding is one thread. Reading goes on beside it.
  const cpuSeconds = LAMBDA_SECONDS_PER_PAIR / Math.min(1, size.memory / MEMORY_PER_CPU);
  const puts = putsPerShard(plan);
  let functionSeconds = 0;
  let expected = 0;
  for (const index of selected) {
    const granules = shardAt(plan, index).granules.map((position) => granuleAt(plan, position));
    const bytes = granules.reduce((sum, granule) => sum + (granule?.size ?? TYPICAL_GRANULE_BYTES), 0);
    const line = (bytes * SHARE_PER_READ) / LAMBDA_LINE;
    const seconds = SECONDS_PER_SHARD + Math.max(line, granules.length * cpuSeconds);
    const gets = readsAreBilled(plan) ? granules.length * REQUESTS_PER_READ : 0;
    functionSeconds += seconds;
    expected +=
      invocationPrice(size, Math.min(seconds, size.timeout)) + puts * PRICES.perPut + gets * PRICES.perGet;
  }
  const worst = 2 * selected.length * invocationPrice(size, size.timeout);
  const ceiling = Math.min(worst, Math.max(CEILING_FACTOR * expected, LEAST_CEILING));
  return { expected, ceiling, functionSeconds };
}

/**
 * Puts that a shard costs: a chunk of each variable and its record; or its result and record, and its share of its block's objects
 * and receipt.
 */
export function putsPerShard({ config, shardsPerObject }: Plan): number {
  const objects = Object.keys(config.aggregation.variables).length + 1;
  return shardsPerObject === 1 ? objects : 2 + objects / shardsPerObject;
}

/** Requests to the archives' buckets are NASA's to pay; those to other buckets the caller's. */
export function readsAreBilled({ granules }: Plan): boolean {
  return granules.some((granule) => granule.s3 !== undefined && s3CredentialsUrl(granule) === undefined);
}
