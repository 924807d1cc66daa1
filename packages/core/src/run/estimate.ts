import type { Outside, Plan } from "./plan.js";
import { shardMemory, TYPICAL_GRANULE_BYTES } from "./shard-memory.js";

/**
 * Bytes that a shard reads of a granule, as a share of the granule, and requests for it. Measured on full-length
 * ATL06 granules (159 MB): coordinates of six beams whole, other columns only near the shard.
 */
export const SHARE_PER_PAIR = 0.1;
export const REQUESTS_PER_PAIR = 20;
/** CPU of one pair on one core, seconds. */
export const SECONDS_PER_PAIR = 0.06;
/** A home or office line of 100 Mbit/s, bytes per second. */
export const OFFICE_LINE = 12.5e6;

/** What a run would take. Bytes and requests are estimates for remote granules, local files cost neither. */
export interface RunEstimate {
  readonly format: "zagg-estimate/1";
  readonly identity: string;
  readonly total_shards: number;
  /** Shards that would run now. */
  readonly selected_shards: number;
  /** Of the catalog, what bounds or another product's shard list left out; absent where nothing. */
  readonly outside?: Outside;
  readonly granules: number;
  /** Shard-granule pairs: how many times a granule is opened. */
  readonly pairs: number;
  readonly bytes: number;
  readonly requests: number;
  /** CPU over all cores, seconds. */
  readonly cpu_s: number;
  /** Wall time over a line of 100 Mbit/s, seconds. */
  readonly office_line_s: number;
  /** Peak of the selected shard that takes most, bytes. */
  readonly shard_memory: number;
}

/** Estimates what running `selected` shards (positions) of a plan takes. */
export function estimateRun(plan: Plan, selected: readonly number[]): RunEstimate {
  const granules = new Set<number>();
  let pairs = 0;
  let bytes = 0;
  for (const index of selected) {
    for (const granule of plan.shards[index]?.granules ?? []) {
      granules.add(granule);
      pairs++;
      bytes += (plan.granules[granule]?.size ?? TYPICAL_GRANULE_BYTES) * SHARE_PER_PAIR;
    }
  }
  bytes = Math.round(bytes);
  return {
    format: "zagg-estimate/1",
    identity: plan.identity,
    total_shards: plan.shards.length,
    selected_shards: selected.length,
    ...(plan.outside && { outside: plan.outside }),
    granules: granules.size,
    pairs,
    bytes,
    requests: pairs * REQUESTS_PER_PAIR,
    cpu_s: pairs * SECONDS_PER_PAIR,
    office_line_s: bytes / OFFICE_LINE,
    shard_memory: selected.reduce((most, index) => Math.max(most, shardMemory(plan, index)), 0),
  };
}
