import { cellsPerShard } from "@zagg/healpix";
import type { ArraySpec } from "@zagg/product";
import { bytesPerValue } from "@zagg/zarr";
import { defined } from "../terms/index.js";
import { findPlace } from "./granule-place.js";
import { granuleAt, type Outside, type Plan, shardAt } from "./plan.js";
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
  /** Size of what is written, before compression: coordinates of all shards, variables of those that run; bytes. */
  readonly output_bytes: number;
  /** CPU over all cores, seconds. */
  readonly cpu_s: number;
  /** Wall time of what comes over https, on a line of 100 Mbit/s, seconds; absent where nothing does. */
  readonly office_line_s?: number;
  /** Peak of the selected shard that takes most, bytes. */
  readonly shard_memory: number;
}

/**
 * Estimates what running `selected` shards (positions) of a plan takes.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * console.log(estimateRun(plan, [...plan.shards.keys()]).requests);
 */
export function estimateRun(plan: Plan, selected: readonly number[]): RunEstimate {
  const granules = new Set<number>();
  let pairs = 0;
  let bytes = 0;
  let overHttps = 0;
  for (const index of selected) {
    for (const granule of shardAt(plan, index).granules) {
      granules.add(granule);
      pairs++;
      const known = granuleAt(plan, granule);
      const share = (known.size ?? TYPICAL_GRANULE_BYTES) * SHARE_PER_PAIR;
      bytes += share;
      if (findPlace(known, plan.config.dataSource.driver) === "https") overHttps += share;
    }
  }
  return defined({
    format: "zagg-estimate/1" as const,
    identity: plan.identity,
    total_shards: plan.shards.length,
    selected_shards: selected.length,
    outside: plan.outside,
    granules: granules.size,
    pairs,
    bytes: Math.round(bytes),
    requests: pairs * REQUESTS_PER_PAIR,
    output_bytes: outputBytes(plan, selected.length),
    cpu_s: pairs * SECONDS_PER_PAIR,
    office_line_s: overHttps > 0 ? overHttps / OFFICE_LINE : undefined,
    shard_memory: selected.reduce((most, index) => Math.max(most, shardMemory(plan, index)), 0),
  });
}

function outputBytes({ config, grid, shards }: Plan, running: number): number {
  const { coordinates, variables } = config.aggregation;
  const perCell = (arrays: Readonly<Record<string, ArraySpec>>) =>
    Object.values(arrays).reduce((sum, { dtype }) => sum + bytesPerValue(dtype), 0);
  return cellsPerShard(grid) * (shards.length * perCell(coordinates) + running * perCell(variables));
}
