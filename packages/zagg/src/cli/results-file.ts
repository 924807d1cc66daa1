import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ShardRecord } from "@zagg/core";
import type { AggSummary } from "../agg.js";
import { outputErrors, writeWhole } from "../write-whole.js";

/** One shard in `results.json`, as 0.1.0's worker answered. */
interface ShardResult {
  readonly parent_morton: string;
  readonly cells_with_data: number;
  readonly total_obs: number;
  readonly granule_count: number;
  readonly files_processed: number;
  readonly duration_s: number;
  /** `No data after filtering` for empty shards, which is no failure; null where all went well. */
  readonly error: string | null;
}

/** Writes `results.json` in the form of 0.1.0's orchestrator: the options, the sums with the cost, and every shard. */
export async function writeResults(
  folder: string,
  config: object,
  summary: AggSummary,
  records: readonly ShardRecord[],
): Promise<string> {
  const path = join(folder, "results.json");
  const { lambda } = summary;
  const document = {
    config,
    summary: {
      total_cells: summary.total_shards,
      cells_with_data: summary.written,
      cells_no_data: summary.empty,
      cells_error: summary.failed,
      total_obs: summary.points_kept,
      wall_time_s: summary.wall_s,
      lambda_time_s: lambda?.lambda_time_s ?? 0,
      gb_seconds: lambda?.gb_seconds ?? 0,
      price_per_gb_sec: lambda?.price_per_gb_sec ?? 0,
      estimated_cost_usd: lambda?.estimated_cost_usd ?? 0,
      architecture: lambda?.architecture ?? null,
      store_path: summary.store,
      backend: lambda ? "lambda" : "local",
      function_name: lambda?.function_name ?? null,
    },
    results: records.map(resultOf),
  };
  await outputErrors(folder, () => mkdir(folder, { recursive: true }));
  await writeWhole(path, `${JSON.stringify(document, null, 2)}\n`);
  return path;
}

function resultOf({ shard, state, counts, phases, failures }: ShardRecord): ShardResult {
  const empty = state === "empty" ? "No data after filtering" : null;
  return {
    parent_morton: shard,
    cells_with_data: counts.occupiedCells,
    total_obs: counts.pointsKept,
    granule_count: counts.granules.attempted,
    files_processed: counts.granules.read,
    duration_s: (phases.readMs + phases.aggregateMs + phases.writeMs) / 1000,
    error: failures[0]?.message ?? empty,
  };
}
