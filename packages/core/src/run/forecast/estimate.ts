import { cellsPerShard } from "@zagg/healpix";
import type { ArraySpec } from "@zagg/product";
import { bytesPerValue } from "@zagg/zarr";
import { configStatistics } from "../../config/index.js";
import { readSpec } from "../../granule/index.js";
import { defined } from "../../terms/index.js";
import { findPlace } from "../plan/granule-place.js";
import { granuleAt, type Outside, type Plan, shardAt } from "../plan/plan.js";
import { BYTES_PER_ROW, KEPT_SHARE, shardMemory, TYPICAL_GRANULE_BYTES } from "./shard-memory.js";

/**
 * Bytes that are read of a granule for all its shards, as a share of it, and requests for it; of a shard that reads its
 * granules itself, the same for each of them. Measured on full-length ATL06 granules (133 and 159 MB): coordinates of six
 * beams whole, other columns where they are wanted.
 */
export const SHARE_PER_READ = 0.1;
export const REQUESTS_PER_READ = 24;
/** CPU of going through a granule, for all of its shards or for one, and of each pair of the two after that; seconds. */
export const SECONDS_PER_READ = { granule: 0.25, shard: 0.04 } as const;
export const SECONDS_PER_PAIR = 0.02;
/** A home or office line of 100 Mbit/s, bytes per second. */
export const OFFICE_LINE = 12.5e6;

/** Who reads: this machine goes through each granule once, on Lambda every shard reads its own part of it. */
export type ReadBy = "granule" | "shard";

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
  /** Shard-granule pairs. */
  readonly pairs: number;
  readonly bytes: number;
  readonly requests: number;
  /** Points of the granules that are kept until the run is done, bytes on this machine's disk; absent where shards read. */
  readonly extract_bytes?: number;
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
 * Estimates what running `selected` shards (positions) of a plan takes, where each granule is read once for all of them,
 * or by each shard for itself.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * console.log(estimateRun(plan, [...plan.shards.keys()]).requests);
 */
export function estimateRun(
  plan: Plan,
  selected: readonly number[],
  engine: ReadBy = "granule",
): RunEstimate {
  const readBy = selected.length === 1 ? "shard" : engine; // see `schedule`
  const shardsOf = new Map<number, number>();
  for (const index of selected) {
    for (const granule of shardAt(plan, index).granules)
      shardsOf.set(granule, (shardsOf.get(granule) ?? 0) + 1);
  }
  let [pairs, reads, bytes, overHttps, rows] = [0, 0, 0, 0, 0];
  for (const [granule, shards] of shardsOf) {
    const known = granuleAt(plan, granule);
    const size = known.size ?? TYPICAL_GRANULE_BYTES;
    const times = readBy === "granule" ? 1 : shards;
    const read = size * SHARE_PER_READ * times;
    pairs += shards;
    reads += times;
    bytes += read;
    rows += (size / BYTES_PER_ROW) * Math.min(1, shards * KEPT_SHARE);
    if (findPlace(known, plan.config.dataSource.driver) === "https") overHttps += read;
  }
  return defined({
    format: "zagg-estimate/1" as const,
    identity: plan.identity,
    total_shards: plan.shards.length,
    selected_shards: selected.length,
    outside: plan.outside,
    granules: shardsOf.size,
    pairs,
    bytes: Math.round(bytes),
    requests: reads * REQUESTS_PER_READ,
    extract_bytes: readBy === "granule" ? Math.round(rows * bytesPerPoint(plan)) : undefined,
    output_bytes: outputBytes(plan, selected.length),
    cpu_s: reads * SECONDS_PER_READ[readBy] + pairs * SECONDS_PER_PAIR,
    office_line_s: overHttps > 0 ? overHttps / OFFICE_LINE : undefined,
    shard_memory: selected.reduce((most, index) => Math.max(most, shardMemory(plan, index)), 0),
  });
}

/** A rank, the columns that are read, as if all were float32, and coordinates where statistics use them. */
function bytesPerPoint({ config }: Plan): number {
  const { columns, implicit } = readSpec(config, configStatistics(config).columns);
  return (
    4 + 4 * columns.length + 8 * implicit.filter((name) => name === "latitude" || name === "longitude").length
  );
}

function outputBytes({ config, grid, shards }: Plan, running: number): number {
  const { coordinates, variables } = config.aggregation;
  const perCell = (arrays: Readonly<Record<string, ArraySpec>>) =>
    Object.values(arrays).reduce((sum, { dtype }) => sum + bytesPerValue(dtype), 0);
  return cellsPerShard(grid) * (shards.length * perCell(coordinates) + running * perCell(variables));
}
